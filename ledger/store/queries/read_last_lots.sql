-- Reads the last lot of accounts that receive: lots of one source that lie side by side are one lot.
-- in: company_ids id[], account_ids id[]
-- out: as read_spendable_lots
SELECT wanted.account_id, lot.sequence, source.account_id AS source_account_id, lot.granted_micros, lot.spent_micros,
    lot.revoked_micros, lot.kind::bigint
FROM unnest(:company_ids, :account_ids) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT * FROM account WHERE account.company_id = wanted.company_id AND account.account_id = wanted.account_id LIMIT 1
) AS account
CROSS JOIN LATERAL (
    SELECT *
    FROM lot
    WHERE lot.account = account.number
    ORDER BY lot.sequence DESC
    LIMIT 1
) AS lot
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = lot.source LIMIT 1) AS source
