-- Lists an account's quotas after one sub-account, as they count now; only one when it is given.
-- in: company_id id, account_id id, after_id id, sub_account_id id?, limit int64
-- out: as read_quotas, settled_sequence int64
SELECT quota.company_id, quota.account_id, sub_account_id, line_micros, deducted_micros, undeducted_micros, metered_sequence,
    settled_sequence
FROM quota
JOIN pool USING (company_id, account_id)
WHERE quota.company_id = :company_id AND quota.account_id = :account_id AND sub_account_id > :after_id
    AND (:sub_account_id IS NULL OR sub_account_id = :sub_account_id)
ORDER BY sub_account_id
LIMIT :limit
