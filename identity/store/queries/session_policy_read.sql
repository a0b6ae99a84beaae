-- What an account demands of whoever acts in it (ID-43).
-- in: account_id id
-- out: networks text, lifetime_minutes int64, idle_minutes int64, sessions_max int64, device_trust_hours int64
SELECT session_networks AS networks, session_lifetime_minutes AS lifetime_minutes, session_idle_minutes AS idle_minutes, sessions_max,
    device_trust_hours
FROM account WHERE account_id = :account_id
