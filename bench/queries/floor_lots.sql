-- The floor's lots: one for each account that receives in the batch.
INSERT INTO lot (company_id, account_id, sequence, source_account_id, granted_micros, granted_time)
SELECT company_id, account_id, sequence, source_account_id, granted_micros, $6::timestamptz
FROM (SELECT unnest($1::uuid[]) AS company_id, unnest($2::uuid[]) AS account_id, unnest($3::bigint[]) AS sequence,
             unnest($4::uuid[]) AS source_account_id, unnest($5::bigint[]) AS granted_micros) AS new
