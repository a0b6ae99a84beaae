-- Locks what companies have here by the heads of their chains: held until the commit, so that a chain is in the order of commits. A
-- statement of its own: what follows sees everything that committed while this one waited.
-- in: as read_chains
-- out: as read_chains
SELECT company_id, length, recorded_time, hash, revision, number::bigint
FROM chain
WHERE company_id = ANY (:company_ids)
ORDER BY company_id
FOR UPDATE
