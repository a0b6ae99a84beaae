-- Lists an account's quotas after one sub-account, as they count now; only one when it is given.
SELECT quota.company_id, quota.account_id, sub_account_id, line_micros, deducted_micros, undeducted_micros, metered_sequence, settled_sequence
FROM quota
JOIN pool USING (company_id, account_id)
WHERE quota.company_id = $1 AND quota.account_id = $2 AND sub_account_id > $3 AND ($4::uuid IS NULL OR sub_account_id = $4)
ORDER BY sub_account_id
LIMIT $5
