-- A message is delivered or given up; what it said is wiped.
UPDATE message SET state = $2, deliver_time = $3, destination = NULL, body = NULL WHERE message_id = $1 AND state = 'QUEUED'
