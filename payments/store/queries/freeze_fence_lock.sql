-- Waits for all who share the fence.
SELECT FROM pg_advisory_xact_lock(450, 1)
