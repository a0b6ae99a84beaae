-- A message that could not be delivered now.
UPDATE message SET next_time = $2 WHERE message_id = $1 AND state = 'QUEUED'
