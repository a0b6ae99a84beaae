-- A message of the provider, each event once.
-- in: provider text, event_id text, type text, account_id id?, subject_id id?, state text, next_time time, received_time time
INSERT INTO webhook (provider, event_id, type, account_id, subject_id, state, next_time, received_time)
VALUES (:provider, :event_id, :type, :account_id, :subject_id, :state, :next_time, :received_time) ON CONFLICT DO NOTHING
