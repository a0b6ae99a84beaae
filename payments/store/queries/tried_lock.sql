-- Makes attempts of the same account, card, principal and source wait for each other, always in this order.
-- in: kinds text[], subjects bytes[], last_time time
INSERT INTO tried_subject (subject_kind, subject, last_time)
SELECT s.kind, s.subject, :last_time FROM unnest(:kinds, :subjects) WITH ORDINALITY s (kind, subject, place) ORDER BY s.place
ON CONFLICT (subject_kind, subject) DO UPDATE SET last_time = greatest(tried_subject.last_time, excluded.last_time)
