-- Reads the quotas of sub-accounts that orders name.
-- in: company_ids id[], account_ids id[], sub_account_ids id[]
-- out: company_id id, account_id id, sub_account_id id, line_micros int64, deducted_micros int64, undeducted_micros int64,
-- out: metered_sequence int64
SELECT quota.company_id, quota.account_id, quota.sub_account_id, quota.line_micros, quota.deducted_micros, quota.undeducted_micros,
       quota.metered_sequence
FROM unnest(:company_ids, :account_ids, :sub_account_ids) AS wanted (company_id, account_id, sub_account_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM quota
    WHERE quota.company_id = wanted.company_id AND quota.account_id = wanted.account_id
        AND quota.sub_account_id = wanted.sub_account_id
    LIMIT 1
) AS quota
