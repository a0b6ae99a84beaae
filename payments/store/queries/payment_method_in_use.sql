-- Whether a hold or a top-up of the method is still open.
-- in: account_id id, payment_method_id id
-- out: in_use bool
SELECT coalesce((SELECT bool_or(next_time IS NOT NULL) FROM hold WHERE account_id = :account_id
    AND payment_method_id = :payment_method_id), false)
    OR coalesce((SELECT bool_or(next_time IS NOT NULL) FROM top_up WHERE account_id = :account_id
        AND payment_method_id = :payment_method_id), false)
       AS in_use
