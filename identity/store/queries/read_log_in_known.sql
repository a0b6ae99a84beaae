-- Whether an address has logged in from a device and from a source.
-- in: email_index bytes, device_lane bytes, source_lane bytes, since_time time
-- out: device_known bool, source_known bool
SELECT EXISTS (SELECT FROM log_in_known WHERE email_index = :email_index AND lane = :device_lane
    AND (seen_time > :since_time) IS TRUE) AS device_known,
       EXISTS (SELECT FROM log_in_known WHERE email_index = :email_index AND lane = :source_lane
           AND (seen_time > :since_time) IS TRUE) AS source_known
