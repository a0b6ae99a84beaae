-- An attempt, before the provider is asked, once for each who is counted.
-- in: kinds text[], subjects bytes[], action text, tried_time time, tried_id id
INSERT INTO tried (subject_kind, subject, action, tried_time, tried_id)
SELECT s.kind, s.subject, :action, :tried_time, :tried_id FROM unnest(:kinds, :subjects) s (kind, subject)
