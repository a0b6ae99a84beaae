-- Until when a lane of an e-mail address has to wait.
-- in: email_index bytes, lane bytes
-- out: wait_time time
SELECT wait_time FROM log_in_lane WHERE email_index = :email_index AND lane = :lane
