-- How many messages each has had sent since a moment, in the order asked; no question for the index by time.
SELECT (SELECT count(*) FROM text_sent t WHERE t.kind = l.kind AND t.subject = l.subject AND (t.send_time > l.since) IS TRUE)
  FROM unnest($1::text[], $2::bytea[], $3::timestamptz[]) WITH ORDINALITY l (kind, subject, since, place)
 ORDER BY l.place
