-- An account's ceilings are set.
-- in: account_id id, currency text, time_zone text, set_by_principal_id id, set_time time
INSERT INTO gateway.ceiling_policy (account_id, currency, time_zone, set_by_principal_id, set_time)
VALUES (:account_id, :currency, :time_zone, :set_by_principal_id, :set_time)
ON CONFLICT (account_id) DO UPDATE
SET currency = :currency, time_zone = :time_zone, set_by_principal_id = :set_by_principal_id, set_time = :set_time
