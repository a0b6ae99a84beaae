-- From one state to the next; changes no row when another was faster.
UPDATE payment_method SET state = $4::text, failure_reason = $5::text, failure_advice = $6::text
 WHERE account_id = $1::uuid AND payment_method_id = $2::uuid AND state = $3::text
