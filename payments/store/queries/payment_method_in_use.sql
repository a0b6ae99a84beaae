-- Whether a hold or a top-up of the method is still open.
SELECT EXISTS (SELECT 1 FROM hold WHERE account_id = $1::uuid AND payment_method_id = $2::uuid AND next_time IS NOT NULL)
    OR EXISTS (SELECT 1 FROM top_up WHERE account_id = $1::uuid AND payment_method_id = $2::uuid AND next_time IS NOT NULL)
