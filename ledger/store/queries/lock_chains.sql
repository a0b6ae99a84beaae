-- Locks what companies have here by the heads of their chains: held until the commit, so that a chain is in the order of commits. A
-- statement of its own: what follows sees everything that committed while this one waited.
SELECT company_id, length, recorded_time, hash, revision
FROM chain
WHERE company_id = ANY ($1::uuid[])
ORDER BY company_id
FOR UPDATE
