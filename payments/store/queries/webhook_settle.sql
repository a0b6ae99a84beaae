-- What became of a message: APPLIED, IGNORED, or RECEIVED until a later time.
-- in: provider text, event_id text, state text, next_time time?
UPDATE webhook SET state = :state, next_time = :next_time WHERE provider = :provider AND event_id = :event_id
