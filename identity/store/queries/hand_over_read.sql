-- The hand-over of an account that began last, and what the relation that holds permits the partner for which it was begun.
-- in: account_id id, now time
-- out: hand_over_id id, leaver_id id, begun_by id, by_operator bool, reason text, email_sealed bytes, email_index bytes,
-- out: phone_sealed bytes, phone_index bytes, create_time time, prove_time time?, end_time time?, outcome text?, successor_id id?,
-- out: approved_by id?, partner_account_id id?, permissions text?, begin_time time?
SELECT hand_over_id, leaver_id, begun_by, by_operator, reason, email_sealed, email_index, phone_sealed, phone_index, create_time, prove_time,
       end_time, outcome, successor_id, approved_by, partner_account_id, permissions, begin_time
FROM hand_over
LEFT JOIN LATERAL (
    SELECT permissions, begin_time FROM relation_offer AS terms
    CROSS JOIN LATERAL (SELECT effective_time FROM relation WHERE relation.relation_id = terms.relation_id LIMIT 1) AS relation
    WHERE terms.customer_account_id = hand_over.account_id AND begin_time IS NOT NULL AND terms.end_time IS NULL
        AND (terms.agent_account_id = hand_over.partner_account_id) IS TRUE AND (effective_time > :now OR effective_time IS NULL)
    LIMIT 1
) AS terms ON true
WHERE account_id = :account_id
ORDER BY hand_over_id DESC
LIMIT 1
