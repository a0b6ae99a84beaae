-- Keeps which accounts pay for others, and when each settled last.
-- in: company_ids id[], account_ids id[], settled_sequences int64[]
INSERT INTO pool (company_id, account_id, settled_sequence)
SELECT *
FROM unnest(:company_ids, :account_ids, :settled_sequences)
ON CONFLICT (company_id, account_id) DO UPDATE SET settled_sequence = excluded.settled_sequence
