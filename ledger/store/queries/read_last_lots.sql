-- Reads the last lot of accounts that receive: lots of one source that lie side by side are one lot.
-- in: company_ids id[], account_ids id[]
-- out: as read_spendable_lots
SELECT wanted.account_id, lot.sequence, lot.source_account_id, lot.granted_micros, lot.spent_micros, lot.revoked_micros,
    lot.granted_time
FROM unnest(:company_ids, :account_ids) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM lot
    WHERE lot.company_id = wanted.company_id AND lot.account_id = wanted.account_id
    ORDER BY lot.sequence DESC
    LIMIT 1
) AS lot
