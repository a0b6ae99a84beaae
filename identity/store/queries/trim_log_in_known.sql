-- Keeps the newest devices and sources of an address.
-- in: email_index bytes, kept_max int64
DELETE FROM log_in_known
WHERE email_index = :email_index AND lane = ANY (ARRAY(
    SELECT lane FROM (SELECT * FROM log_in_known WHERE email_index = :email_index OFFSET 0) AS known ORDER BY seen_time DESC,
        lane OFFSET :kept_max))
