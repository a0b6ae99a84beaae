-- Records that a code was sent to a destination.
-- in: destination_index bytes, send_time time, challenge_id id
INSERT INTO code_send (destination_index, send_time, challenge_id) VALUES (:destination_index, :send_time, :challenge_id)
