-- Makes messages of the same subjects wait for each other, always in this order.
-- in: kinds text[], subjects bytes[], last_time time
INSERT INTO text_sender (kind, subject, last_time)
SELECT s.kind, s.subject, :last_time FROM unnest(:kinds, :subjects) WITH ORDINALITY s (kind, subject, place) ORDER BY s.place
ON CONFLICT (kind, subject) DO UPDATE SET last_time = greatest(text_sender.last_time, excluded.last_time)
