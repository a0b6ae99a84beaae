-- The floor's lots: one for each account that receives in the batch.
INSERT INTO lot (account, sequence, source, granted_micros)
SELECT unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bigint[])
