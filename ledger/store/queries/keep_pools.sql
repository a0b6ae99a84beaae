-- Keeps which accounts pay for others, and when each settled last.
INSERT INTO pool (company_id, account_id, settled_sequence)
SELECT *
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[])
ON CONFLICT (company_id, account_id) DO UPDATE SET settled_sequence = excluded.settled_sequence
