-- What became of a message: APPLIED, IGNORED, or RECEIVED until a later time.
UPDATE webhook SET state = $3::text, next_time = $4::timestamptz WHERE provider = $1::text AND event_id = $2::text
