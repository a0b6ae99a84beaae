-- Whether a hold or a top-up of the method is still open.
SELECT coalesce((SELECT bool_or(next_time IS NOT NULL) FROM hold WHERE account_id = $1::uuid AND payment_method_id = $2::uuid), false)
    OR coalesce((SELECT bool_or(next_time IS NOT NULL) FROM top_up WHERE account_id = $1::uuid AND payment_method_id = $2::uuid), false)
