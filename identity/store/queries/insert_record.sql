-- One line of the onboarding trail (ID-38).
INSERT INTO onboarding_record (account_id, record_id, record_time, kind, detail) VALUES ($1, $2, $3, $4, $5)
