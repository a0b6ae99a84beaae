-- The floor's lots: one for each account that receives in the batch.
INSERT INTO lot (company_id, account_id, sequence, source_account_id, granted_micros, granted_time)
SELECT company_id, account_id, sequence, source_account_id, granted_micros, $6::timestamptz
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[])
    AS new (company_id, account_id, sequence, source_account_id, granted_micros)
