-- Reads the oldest open lots of accounts that spend (D.9 step 4), at most a limit of each.
-- in: company_ids id[], account_ids id[], limit int64
-- out: account_id id, sequence int64, source_account_id id, granted_micros int64, spent_micros int64, revoked_micros int64, kind int64
SELECT wanted.account_id, lot.sequence, source.account_id AS source_account_id, lot.granted_micros, lot.spent_micros,
    lot.revoked_micros, lot.kind::bigint
FROM unnest(:company_ids, :account_ids) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT * FROM account WHERE account.company_id = wanted.company_id AND account.account_id = wanted.account_id LIMIT 1
) AS account
CROSS JOIN LATERAL (
    SELECT *
    FROM lot
    WHERE lot.account = account.number AND lot.sequence >= account.lot_first
      AND lot.spent_micros + lot.revoked_micros < lot.granted_micros
    ORDER BY lot.sequence
    LIMIT :limit
) AS lot
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = lot.source LIMIT 1) AS source
ORDER BY wanted.account_id, lot.sequence
