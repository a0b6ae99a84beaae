-- Reads what a source's lots of a kind in an account still hold (D.7): its newest open lots, at most a limit, the last of which shows that there are more
-- than one order may touch; and its newest of all, which shows that there was a prior transfer (LED-11). Lots have no index by source: the
-- account's lots are gone through from the newest on, which a revoke seldom needs much of.
-- in: company_ids id[], account_ids id[], source_account_ids id[], kinds int64[], limit int64
-- out: as read_spendable_lots, beyond_reach bool
SELECT wanted.account_id, lot.sequence, wanted.source_account_id, lot.granted_micros, lot.spent_micros, lot.revoked_micros,
    wanted.kind, lot.beyond_reach
FROM unnest(:company_ids, :account_ids, :source_account_ids, :kinds) AS wanted (company_id, account_id, source_account_id, kind)
CROSS JOIN LATERAL (
    SELECT * FROM account WHERE account.company_id = wanted.company_id AND account.account_id = wanted.account_id LIMIT 1
) AS account
CROSS JOIN LATERAL (
    SELECT number
    FROM account AS source
    WHERE source.account_id = wanted.source_account_id AND source.moved_time IS NULL -- of another chain perhaps
    LIMIT 1
) AS source
CROSS JOIN LATERAL (
    (SELECT lot.*, row_number() OVER (ORDER BY lot.sequence DESC) = :limit AS beyond_reach
     FROM lot
     WHERE lot.account = account.number AND lot.source = source.number AND lot.kind = wanted.kind AND lot.sequence >= account.lot_first
       AND lot.spent_micros + lot.revoked_micros < lot.granted_micros
     ORDER BY lot.sequence DESC
     LIMIT :limit)
    UNION
    (SELECT lot.*, false
     FROM lot
     WHERE lot.account = account.number AND lot.source = source.number AND lot.kind = wanted.kind
     ORDER BY lot.sequence DESC
     LIMIT 1)
) AS lot
ORDER BY wanted.account_id, lot.sequence
