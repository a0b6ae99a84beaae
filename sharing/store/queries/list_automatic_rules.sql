-- The rules of an owner by their kinds, after the one that the last page ended with; a row for each recipient, or one without any.
-- in: company_id id, account_id id, after_kind int64, limit int64
-- out: kind int64, organization_id id, saved_time time, recipient_account_id id?
SELECT rule.kind, rule.organization_id, rule.saved_time, recipient.account_id AS recipient_account_id
FROM (
    SELECT *
    FROM automatic_rule
    WHERE company_id = :company_id AND account_id = :account_id AND kind > :after_kind
    ORDER BY kind
    LIMIT :limit
) AS rule
LEFT JOIN LATERAL unnest(rule.recipient_account_ids) WITH ORDINALITY AS recipient (account_id, place) ON true
ORDER BY rule.kind, recipient.place
