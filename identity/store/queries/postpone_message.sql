-- A message that could not be delivered now.
-- in: message_id id, next_time time
UPDATE message SET next_time = :next_time WHERE message_id = :message_id AND state = 'QUEUED'
