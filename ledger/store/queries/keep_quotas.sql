-- Keeps quotas, new ones and changed ones.
-- in: company_ids id[], account_ids id[], sub_account_ids id[], line_relation_ids id[], line_micros int64[], deducted_micros int64[],
-- in: undeducted_micros int64[], held_micros int64[], metered_sequences int64[]
INSERT INTO quota (company_id, account_id, sub_account_id, line_relation_id, line_micros, deducted_micros, undeducted_micros, held_micros,
                   metered_sequence)
SELECT *
FROM unnest(:company_ids, :account_ids, :sub_account_ids, :line_relation_ids, :line_micros, :deducted_micros, :undeducted_micros, :held_micros,
    :metered_sequences)
ON CONFLICT (company_id, account_id, sub_account_id) DO UPDATE
SET line_relation_id = excluded.line_relation_id, line_micros = excluded.line_micros, deducted_micros = excluded.deducted_micros,
    undeducted_micros = excluded.undeducted_micros, held_micros = excluded.held_micros, metered_sequence = excluded.metered_sequence
