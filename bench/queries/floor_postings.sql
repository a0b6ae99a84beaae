-- The floor's postings: two of each entry.
INSERT INTO posting (company_id, account_id, book, sequence, amount_micros, balance_micros)
SELECT *
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
