-- Opens lots; one that is opened and spent in the same batch arrives as it ended.
INSERT INTO lot (company_id, account_id, sequence, source_account_id, granted_micros, spent_micros, revoked_micros, granted_time)
SELECT *
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[], $6::bigint[], $7::bigint[], $8::timestamptz[])
