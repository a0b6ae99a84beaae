-- Reads the quotas of those for whom purchases were made; the purchase's entry says who that was.
-- in: company_ids id[], sequences int64[]
-- out: as read_quotas, purchase_sequence int64
SELECT named.company_id, named.account_id, named.sub_account_id, true AS is_open, named.line_micros, named.deducted_micros,
       named.undeducted_micros, named.held_micros, named.metered_sequence, named.line_relation_id,
       CASE WHEN NOT relation.ended THEN relation.relation_id END AS relation_id,
       coalesce(relation.agent_pays, false) AS relation_agent_pays, coalesce(relation.agent_purchases, false) AS relation_agent_purchases,
       relation.ever_paid_until_time AS relation_paid_until_time, coalesce(payer.company_id = member.company_id, false) AS same_company,
       entry.sequence AS purchase_sequence
FROM unnest(:company_ids, :sequences) AS wanted (company_id, sequence)
CROSS JOIN LATERAL (
    SELECT number FROM chain WHERE chain.company_id = wanted.company_id LIMIT 1
) AS chain
CROSS JOIN LATERAL (
    SELECT * FROM entry WHERE entry.chain = chain.number AND entry.sequence = wanted.sequence LIMIT 1
) AS entry
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.account LIMIT 1) AS account
CROSS JOIN LATERAL (
    SELECT *
    FROM quota
    WHERE quota.company_id = wanted.company_id AND quota.account_id = account.account_id
        AND quota.sub_account_id = entry.sub_account_id
    LIMIT 1
) AS named
-- part: quota_basis
WHERE entry.kind IN (3, 11)
