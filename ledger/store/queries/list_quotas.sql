-- Lists an account's quotas after one sub-account, as they count now; only one when it is given. Holds whose time has come no longer count,
-- whether or not the sweep has passed (D.4).
-- in: company_id id, account_id id, after_id id, sub_account_id id?, limit int64, now time
-- out: as read_quotas, settled_sequence int64
SELECT named.company_id, named.account_id, named.sub_account_id, true AS is_open, named.line_micros, named.deducted_micros,
       named.undeducted_micros,
       named.held_micros - coalesce((
           SELECT sum(amount_micros - captured_micros)::bigint
           FROM hold
           WHERE hold.company_id = named.company_id AND hold.account_id = named.account_id AND hold.state = 1 AND hold.expire_time <= :now
               AND hold.sub_account_id = named.sub_account_id
       ), 0) AS held_micros,
       named.metered_sequence, named.line_relation_id,
       CASE WHEN NOT relation.ended THEN relation.relation_id END AS relation_id,
       coalesce(relation.agent_pays, false) AS relation_agent_pays, coalesce(relation.agent_purchases, false) AS relation_agent_purchases,
       relation.ever_paid_until_time AS relation_paid_until_time, coalesce(payer.company_id = member.company_id, false) AS same_company,
       named.settled_sequence
FROM (
    SELECT quota.*, settled_sequence
    FROM quota
    JOIN pool USING (company_id, account_id)
    WHERE quota.company_id = :company_id AND quota.account_id = :account_id AND sub_account_id > :after_id
        AND (:sub_account_id IS NULL OR sub_account_id = :sub_account_id)
    ORDER BY sub_account_id
    LIMIT :limit
) AS named
-- part: quota_basis
ORDER BY named.sub_account_id
