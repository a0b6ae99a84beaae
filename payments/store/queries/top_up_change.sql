-- From one state to the next; changes no row when another was faster.
-- in: account_id id, top_up_id id, state text, next text, provider_id text?, tries int64, next_time time?, failure_reason text,
-- in: failure_advice text, now time
UPDATE top_up SET state = :next, provider_id = coalesce(:provider_id, provider_id), tries = :tries, next_time = :next_time,
       failure_reason = :failure_reason, failure_advice = :failure_advice,
       succeeded_time = CASE WHEN :next = 'SUCCEEDED' THEN :now ELSE succeeded_time END,
       credited_time = CASE WHEN :next = 'CREDITED' THEN :now ELSE credited_time END,
       returned_time = CASE WHEN :next = 'RETURNED' THEN :now ELSE returned_time END
 WHERE account_id = :account_id AND top_up_id = :top_up_id AND state = :state
