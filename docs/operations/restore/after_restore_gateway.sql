-- After any of the five databases was put back, in the gateway's: every saga that ended since the given moment is carried on once more. Each
-- step has a request id of its own and is done once, so what the others still know is not done again, and what they lost is.
--   psql "$GATEWAY" -v since='2026-11-29 10:00+00' -f docs/operations/restore/after_restore_gateway.sql
-- since: an hour before the oldest moment that a database was put back to.
UPDATE gateway.saga SET finish_time = NULL, outcome = '', due_time = now(), tries = 0 WHERE finish_time >= :'since'::timestamptz;
