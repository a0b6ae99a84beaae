-- Places holds.
INSERT INTO hold (company_id, sequence, account_id, state, amount_micros, captured_micros, expire_time, placed_time)
SELECT *
FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[], $8::timestamptz[])
