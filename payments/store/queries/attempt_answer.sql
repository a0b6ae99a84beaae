-- What came back.
UPDATE attempt SET outcome = $3::text, provider_id = $4::text, provider_code = $5::text, answered_time = $6::timestamptz
 WHERE account_id = $1::uuid AND attempt_id = $2::uuid
