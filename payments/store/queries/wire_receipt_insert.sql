-- A line of a statement, once; inserts no row when another was faster.
-- in: bank text, statement text, statement_line text, account_id id, top_up_id id, amount_micros int64, recorded_by text,
-- in: recorded_time time
INSERT INTO wire_receipt (bank, statement, statement_line, account_id, top_up_id, amount_micros, recorded_by, recorded_time)
VALUES (:bank, :statement, :statement_line, :account_id, :top_up_id, :amount_micros, :recorded_by,
    :recorded_time) ON CONFLICT DO NOTHING
