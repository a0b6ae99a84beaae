-- Moves the heads of the chains on.
UPDATE chain
SET length = new.length, recorded_time = new.recorded_time, hash = new.hash
FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::bytea[]) AS new (company_id, length, recorded_time, hash)
WHERE chain.company_id = new.company_id
