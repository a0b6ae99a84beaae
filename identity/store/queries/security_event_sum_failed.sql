-- Of hours that are over, one event stands for the failed log-ins that were not noted one by one; as many hours at once as there are ids.
-- in: before_time time, noted_max int64, event_ids id[], session_id id, kind text
WITH ended AS (
    DELETE FROM log_in_failed_hour WHERE ctid = ANY (ARRAY(SELECT ctid FROM log_in_failed_hour WHERE hour_time < :before_time
        AND principal_id IS NOT NULL AND failures > :noted_max ORDER BY hour_time LIMIT array_length(:event_ids, 1)))
    RETURNING principal_id, hour_time, failures
)
INSERT INTO security_event (event_id, principal_id, session_id, kind, times, note_time)
SELECT fresh.event_id, summed.principal_id, :session_id, :kind, summed.failures - :noted_max, summed.hour_time + interval '1 hour'
FROM (SELECT *, row_number() OVER () AS place FROM ended) AS summed
JOIN unnest(:event_ids) WITH ORDINALITY AS fresh (event_id, place) ON fresh.place = summed.place
