-- The floor's postings: two of each entry.
INSERT INTO posting (company_id, account_id, book, sequence, amount_micros, balance_micros)
SELECT unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::bigint[]), unnest($4::bigint[]), unnest($5::bigint[]), unnest($6::bigint[])
