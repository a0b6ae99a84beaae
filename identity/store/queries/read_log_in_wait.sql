-- Until when a lane of an e-mail address has to wait.
SELECT wait_time FROM log_in_lane WHERE email_index = $1 AND lane = $2
