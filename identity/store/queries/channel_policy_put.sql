-- The policy of a channel, in place of the one before.
-- in: channel text, features text, provisioning text, trial_code text, set_by id, now time
INSERT INTO channel_policy (channel, features, provisioning, trial_code, set_by, set_time)
VALUES (:channel, :features, :provisioning, :trial_code, :set_by, :now)
ON CONFLICT (channel) DO UPDATE SET features = excluded.features, provisioning = excluded.provisioning, trial_code = excluded.trial_code,
    set_by = excluded.set_by, set_time = excluded.set_time
