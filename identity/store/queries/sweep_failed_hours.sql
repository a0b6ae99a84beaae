-- Forgets hours whose failed log-ins were all noted one by one, or were nobody's, the oldest first; a bounded number at once.
-- in: before_time time, noted_max int64
DELETE FROM log_in_failed_hour WHERE ctid = ANY (ARRAY(SELECT ctid FROM log_in_failed_hour WHERE hour_time < :before_time
    AND (principal_id IS NULL OR failures <= :noted_max) ORDER BY hour_time LIMIT 10000))
