-- Whom the owner's rule for a kind shares a new asset with, and what is known of each.
-- in: company_id id, account_id id, kind int64
-- out: account_id id, organization_id id, corporate bool, verified bool
SELECT recipient.account_id, recipient.organization_id, account.corporate, account.verified
FROM (
    SELECT unnest(recipient_account_ids) AS account_id, '00000000-0000-0000-0000-000000000000'::uuid AS organization_id
    FROM automatic_rule WHERE company_id = :company_id AND account_id = :account_id AND kind = :kind
    UNION ALL
    SELECT member.account_id, rule.organization_id
    FROM automatic_rule AS rule
    CROSS JOIN LATERAL (
        SELECT * FROM organization_member WHERE company_id = rule.company_id AND organization_id = rule.organization_id OFFSET 0
    ) AS member
    WHERE rule.company_id = :company_id AND rule.account_id = :account_id AND rule.kind = :kind
) AS recipient
CROSS JOIN LATERAL (SELECT * FROM account WHERE company_id = :company_id AND account_id = recipient.account_id LIMIT 1) AS account
ORDER BY recipient.organization_id, recipient.account_id LIMIT 1200
