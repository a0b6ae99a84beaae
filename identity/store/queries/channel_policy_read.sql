-- The policy of a channel, where one was set.
-- in: channel text
-- out: channel text, features text, provisioning text, trial_code text, set_by id, set_time time
SELECT channel, features, provisioning, trial_code, set_by, set_time FROM channel_policy WHERE channel = :channel
