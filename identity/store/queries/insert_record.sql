-- One line of the onboarding trail (ID-38).
-- in: account_id id, record_id id, record_time time, kind text, detail text
INSERT INTO onboarding_record (account_id, record_id, record_time, kind, detail) VALUES (:account_id, :record_id, :record_time,
    :kind, :detail)
