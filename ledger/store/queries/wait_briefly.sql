-- Who has time waits for no lock for long: the transaction is begun again, or left for later.
-- out: lock_timeout text
SELECT set_config('lock_timeout', '100ms', true) AS lock_timeout
