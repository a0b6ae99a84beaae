-- What came back.
-- in: account_id id, attempt_id id, outcome text, provider_id text, provider_code text, answered_time time
UPDATE attempt SET outcome = :outcome, provider_id = :provider_id, provider_code = :provider_code, answered_time = :answered_time
 WHERE account_id = :account_id AND attempt_id = :attempt_id
