-- Who has time waits for no lock for long: the transaction is begun again, or left for later.
SELECT set_config('lock_timeout', '100ms', true)
