-- Keeps new lots of what agents allocated; others keep_batch.sql does.
-- in: accounts int64[], sequences int64[], sources int64[], granted_micros int64[], spent_micros int64[], revoked_micros int64[]
INSERT INTO lot (account, sequence, source, granted_micros, spent_micros, revoked_micros, kind)
SELECT account, sequence, source, granted_micros, spent_micros, revoked_micros, 2
FROM unnest(:accounts, :sequences, :sources, :granted_micros, :spent_micros, :revoked_micros)
    AS new (account, sequence, source, granted_micros, spent_micros, revoked_micros)
