-- A line of a statement, once; inserts no row when another was faster.
INSERT INTO wire_receipt (bank, statement, statement_line, account_id, top_up_id, amount_micros, recorded_by, recorded_time)
VALUES ($1::text, $2::text, $3::text, $4::uuid, $5::uuid, $6::bigint, $7::text, $8::timestamptz) ON CONFLICT DO NOTHING
