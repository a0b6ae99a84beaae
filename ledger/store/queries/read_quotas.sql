-- Reads the quotas of sub-accounts that orders name.
SELECT quota.company_id, quota.account_id, quota.sub_account_id, quota.line_micros, quota.deducted_micros, quota.undeducted_micros,
       quota.metered_sequence
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS wanted (company_id, account_id, sub_account_id)
CROSS JOIN LATERAL (
    SELECT *
    FROM quota
    WHERE quota.company_id = wanted.company_id AND quota.account_id = wanted.account_id AND quota.sub_account_id = wanted.sub_account_id
    LIMIT 1
) AS quota
