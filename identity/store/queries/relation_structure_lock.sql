-- B.1: one lock for the whole structure. Who accepts, changes or ends an association waits for whoever does, and then sees it.
-- out: taken text
SELECT pg_advisory_xact_lock(7300)::text AS taken
