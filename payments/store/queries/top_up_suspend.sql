-- Why the account could not take the money, and since when.
UPDATE top_up SET suspense_reason = $3::text, suspense_time = $4::timestamptz WHERE account_id = $1::uuid AND top_up_id = $2::uuid
