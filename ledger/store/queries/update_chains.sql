-- Moves the heads of the chains on, before anything else is written. The fence of what was remembered: when a chain has another
-- revision than the batch was decided upon, the new one is NULL, which the column refuses, and the batch fails whole. Evaluated under
-- the row's lock, on what was committed last.
UPDATE chain
SET length = new.length, recorded_time = new.recorded_time, hash = new.hash,
    revision = CASE WHEN chain.revision = new.revision_found THEN new.revision END
FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::bytea[], $5::uuid[], $6::uuid[])
    AS new (company_id, length, recorded_time, hash, revision_found, revision)
WHERE chain.company_id = new.company_id
