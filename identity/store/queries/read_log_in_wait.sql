-- Until when an e-mail address has to wait.
SELECT wait_time FROM log_in_failure WHERE email_index = $1
