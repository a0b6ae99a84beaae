-- Whether this transaction is the only one that audits the company, whichever process asks; until it ends.
SELECT pg_try_advisory_xact_lock(hashtextextended('kontor audit ' || $1::uuid, 0))
