-- What the bank received counts, whatever was ordered.
-- in: account_id id, top_up_id id, amount_micros int64, statement_line text
UPDATE top_up SET amount_micros = :amount_micros, statement_line = :statement_line WHERE account_id = :account_id
    AND top_up_id = :top_up_id
