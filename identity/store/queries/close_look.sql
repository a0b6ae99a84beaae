-- A look ends before its time; no row when it was closed before.
-- in: look_id id, close_time time
-- out: look_id id
INSERT INTO operator_look_close (look_id, close_time) VALUES (:look_id, :close_time) ON CONFLICT DO NOTHING RETURNING look_id
