-- Reads the quotas of sub-accounts that orders name, and by what an account pays for each; one that was never opened is zero.
-- in: company_ids id[], account_ids id[], sub_account_ids id[]
-- out: company_id id, account_id id, sub_account_id id, is_open bool, line_micros int64, deducted_micros int64, undeducted_micros int64,
-- out: held_micros int64, metered_sequence int64, line_relation_id id?, relation_id id?, relation_agent_pays bool, relation_agent_purchases bool,
-- out: relation_paid_until_time time?, same_company bool
SELECT named.company_id, named.account_id, named.sub_account_id, quota.account_id IS NOT NULL AS is_open,
       coalesce(quota.line_micros, 0) AS line_micros, coalesce(quota.deducted_micros, 0) AS deducted_micros,
       coalesce(quota.undeducted_micros, 0) AS undeducted_micros, coalesce(quota.held_micros, 0) AS held_micros,
       coalesce(quota.metered_sequence, 0) AS metered_sequence,
       quota.line_relation_id, CASE WHEN NOT relation.ended THEN relation.relation_id END AS relation_id,
       coalesce(relation.agent_pays, false) AS relation_agent_pays, coalesce(relation.agent_purchases, false) AS relation_agent_purchases,
       relation.ever_paid_until_time AS relation_paid_until_time, coalesce(payer.company_id = member.company_id, false) AS same_company
FROM unnest(:company_ids, :account_ids, :sub_account_ids) AS named (company_id, account_id, sub_account_id)
LEFT JOIN LATERAL (
    SELECT *
    FROM quota
    WHERE quota.company_id = named.company_id AND quota.account_id = named.account_id AND quota.sub_account_id = named.sub_account_id
    LIMIT 1
) AS quota ON true
-- part: quota_basis
