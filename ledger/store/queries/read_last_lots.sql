-- Reads the last lot of accounts that receive: lots of one source that lie side by side are one lot.
SELECT wanted.account_id, lot.sequence, lot.source_account_id, lot.granted_micros, lot.spent_micros, lot.revoked_micros, lot.granted_time
FROM unnest($1::uuid[], $2::uuid[]) AS wanted (company_id, account_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM lot
    WHERE lot.company_id = wanted.company_id AND lot.account_id = wanted.account_id
    ORDER BY lot.sequence DESC
    LIMIT 1
) AS lot
