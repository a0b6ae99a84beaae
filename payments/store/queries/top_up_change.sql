-- From one state to the next; changes no row when another was faster.
UPDATE top_up SET state = $4::text, provider_id = coalesce($5::text, provider_id), tries = $6::bigint, next_time = $7::timestamptz,
       failure_reason = $8::text, failure_advice = $9::text,
       succeeded_time = CASE WHEN $4::text = 'SUCCEEDED' THEN $10::timestamptz ELSE succeeded_time END,
       credited_time = CASE WHEN $4::text = 'CREDITED' THEN $10::timestamptz ELSE credited_time END,
       returned_time = CASE WHEN $4::text = 'RETURNED' THEN $10::timestamptz ELSE returned_time END
 WHERE account_id = $1::uuid AND top_up_id = $2::uuid AND state = $3::text
