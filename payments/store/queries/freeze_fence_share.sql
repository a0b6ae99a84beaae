-- Keeps the fence where it is until the transaction ends; it is read after this, in a statement of its own. An advisory lock, not the row's,
-- for it has a queue: whoever raises the fence waits for those who came before alone.
SELECT FROM pg_advisory_xact_lock_shared(450, 1)
