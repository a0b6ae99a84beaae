-- A message is delivered or given up; what it said is wiped.
-- in: message_id id, state text, deliver_time time?
UPDATE message SET state = :state, deliver_time = :deliver_time, destination = NULL, body = NULL WHERE message_id = :message_id
    AND state = 'QUEUED'
