-- Keeps quotas, new ones and changed ones.
INSERT INTO quota (company_id, account_id, sub_account_id, line_micros, deducted_micros, undeducted_micros, metered_sequence)
SELECT *
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
ON CONFLICT (company_id, account_id, sub_account_id) DO UPDATE
SET line_micros = excluded.line_micros, deducted_micros = excluded.deducted_micros, undeducted_micros = excluded.undeducted_micros,
    metered_sequence = excluded.metered_sequence
