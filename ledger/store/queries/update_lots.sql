-- Keeps the lots that a batch changed.
UPDATE lot
SET granted_micros = new.granted_micros, spent_micros = new.spent_micros, revoked_micros = new.revoked_micros
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
    AS new (company_id, account_id, sequence, granted_micros, spent_micros, revoked_micros)
WHERE lot.company_id = new.company_id AND lot.account_id = new.account_id AND lot.sequence = new.sequence
