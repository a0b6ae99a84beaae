-- Records that a code was sent to a destination.
INSERT INTO code_send (destination_index, send_time, challenge_id) VALUES ($1, $2, $3)
