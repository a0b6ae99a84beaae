-- A request to the provider, before it leaves.
-- in: account_id id, attempt_id id, subject_id id, step text, sent_time time
INSERT INTO attempt (account_id, attempt_id, subject_id, step, sent_time) VALUES (:account_id, :attempt_id, :subject_id, :step,
    :sent_time)
