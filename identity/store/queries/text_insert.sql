-- Records a message that is sent, once for each subject that it counts for.
-- in: kinds text[], subjects bytes[], send_time time, send_id id
INSERT INTO text_sent (kind, subject, send_time, send_id)
SELECT s.kind, s.subject, :send_time, :send_id FROM unnest(:kinds, :subjects) s (kind, subject)
