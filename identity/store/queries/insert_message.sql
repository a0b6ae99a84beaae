-- A message for the delivery job.
-- in: message_id id, delivery text, destination bytes, body bytes, next_time time
INSERT INTO message (message_id, delivery, destination, body, next_time) VALUES (:message_id, :delivery, :destination, :body,
    :next_time)
