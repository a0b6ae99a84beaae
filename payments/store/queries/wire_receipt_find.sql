-- What a line of a statement was recorded for.
SELECT top_up_id, amount_micros FROM wire_receipt WHERE bank = $1::text AND statement = $2::text AND statement_line = $3::text
