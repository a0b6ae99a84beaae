-- From one state to the next; changes no row when another was faster.
UPDATE hold SET state = $4::text, provider_id = coalesce($5::text, provider_id), tries = $6::bigint, next_time = $7::timestamptz,
       authorized_time = CASE WHEN $4::text = 'AUTHORIZED' THEN $8::timestamptz ELSE authorized_time END,
       voided_time = CASE WHEN $4::text = 'VOIDED' THEN $8::timestamptz ELSE voided_time END
 WHERE account_id = $1::uuid AND hold_id = $2::uuid AND state = $3::text
