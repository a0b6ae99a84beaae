-- What the sweep looks for: rows that count for nothing any more.
CREATE INDEX sign_up_by_time ON sign_up (create_time) WHERE account_id IS NULL;
CREATE INDEX challenge_by_time ON challenge (expire_time);
CREATE INDEX destination_by_time ON destination (guesses_since);
CREATE INDEX code_send_by_time ON code_send (send_time);
CREATE INDEX log_in_failure_by_time ON log_in_failure (wait_time);
CREATE INDEX session_by_time ON session (create_time);
