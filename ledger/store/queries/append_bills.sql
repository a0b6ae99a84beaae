-- Opens bills.
INSERT INTO bill (company_id, account_id, due_time, sequence, owed_micros, paid_micros)
SELECT *
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[])
