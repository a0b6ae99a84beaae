-- A message that is sent, once for each who makes us send it.
INSERT INTO text_sent (kind, subject, send_time, send_id)
SELECT s.kind, s.subject, $3::timestamptz, $4::uuid FROM unnest($1::text[], $2::bytea[]) s (kind, subject)
