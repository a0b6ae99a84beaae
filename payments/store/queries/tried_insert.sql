-- An attempt, before the provider is asked, once for each who is counted.
INSERT INTO tried (subject_kind, subject, action, tried_time, tried_id)
SELECT s.kind, s.subject, $3::text, $4::timestamptz, $5::uuid FROM unnest($1::text[], $2::bytea[]) s (kind, subject)
