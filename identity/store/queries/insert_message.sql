-- A message for the delivery job.
INSERT INTO message (message_id, delivery, destination, body, next_time) VALUES ($1, $2, $3, $4, $5)
