-- What a line of a statement was recorded for.
-- in: bank text, statement text, statement_line text
-- out: top_up_id id, amount_micros int64
SELECT top_up_id, amount_micros FROM wire_receipt WHERE bank = :bank AND statement = :statement AND statement_line = :statement_line
