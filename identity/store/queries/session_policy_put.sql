-- An account demands this of whoever acts in it from now on (ID-43).
-- in: account_id id, networks text, lifetime_minutes int64, idle_minutes int64, sessions_max int64, device_trust_hours int64
UPDATE account SET session_networks = :networks, session_lifetime_minutes = :lifetime_minutes, session_idle_minutes = :idle_minutes,
    sessions_max = :sessions_max, device_trust_hours = :device_trust_hours
WHERE account_id = :account_id
