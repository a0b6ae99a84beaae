-- What the bank received counts, whatever was ordered.
UPDATE top_up SET amount_micros = $3::bigint, statement_line = $4::text WHERE account_id = $1::uuid AND top_up_id = $2::uuid
