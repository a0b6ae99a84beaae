-- How many messages each subject has had sent since a moment, in the order asked. IS TRUE keeps the planner from the index by time.
-- in: kinds text[], subjects bytes[], since time[]
-- out: sent int64
SELECT (SELECT count(*) FROM text_sent t WHERE t.kind = l.kind AND t.subject = l.subject
    AND (t.send_time > l.since) IS TRUE) AS sent
  FROM unnest(:kinds, :subjects, :since) WITH ORDINALITY l (kind, subject, since, place)
 ORDER BY l.place
