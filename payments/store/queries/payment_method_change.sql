-- From one state to the next; changes no row when another was faster.
-- in: account_id id, payment_method_id id, state text, next text, failure_reason text, failure_advice text
UPDATE payment_method SET state = :next, failure_reason = :failure_reason, failure_advice = :failure_advice
 WHERE account_id = :account_id AND payment_method_id = :payment_method_id AND state = :state
