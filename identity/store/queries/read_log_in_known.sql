-- Whether an address has logged in from a device and from a source.
SELECT EXISTS (SELECT FROM log_in_known WHERE email_index = $1 AND lane = $2 AND (seen_time > $4) IS TRUE),
       EXISTS (SELECT FROM log_in_known WHERE email_index = $1 AND lane = $3 AND (seen_time > $4) IS TRUE)
