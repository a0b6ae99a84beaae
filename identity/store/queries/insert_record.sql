-- One line of the onboarding trail (ID-38).
-- in: account_id id, record_id id, record_time time, kind text, detail text, actor_id id?
INSERT INTO onboarding_record (account_id, record_id, record_time, kind, detail, actor_id) VALUES (:account_id, :record_id,
    :record_time, :kind, :detail, :actor_id)
