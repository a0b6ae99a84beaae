-- From one state to the next; changes no row when another was faster.
-- in: account_id id, hold_id id, state text, next text, provider_id text?, tries int64, next_time time?, now time
UPDATE hold SET state = :next, provider_id = coalesce(:provider_id, provider_id), tries = :tries, next_time = :next_time,
       authorized_time = CASE WHEN :next = 'AUTHORIZED' THEN :now ELSE authorized_time END,
       voided_time = CASE WHEN :next = 'VOIDED' THEN :now ELSE voided_time END
 WHERE account_id = :account_id AND hold_id = :hold_id AND state = :state
