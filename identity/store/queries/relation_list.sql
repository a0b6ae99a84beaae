-- An account's relations before one, newest first: as their partner, and as their customer. Without those that ended, the ones of which no offer
-- may be answered are none, either.
-- in: account_id id, as_agent bool, as_customer bool, with_ended bool, now time, before_id id, limit int64
-- out: as relation_read
SELECT relation.relation_id, relation.agent_account_id, relation.customer_account_id, relation.create_time, relation.begin_time,
       relation.effective_time, relation.end_asked_account_id, relation.end_time, relation.outcome, company.name AS agent_company_name,
       offer.version, offer.permissions, offer.settlement_mode, offer.price_book, offer.invoice_recipient, offer.shutdown_policy,
       offer.agent_purchases, offer.offer_hash, offer.offer_time, offer.expire_time, offer.answer_time,
       held.version AS held_version, held.permissions AS held_permissions, held.settlement_mode AS held_settlement_mode,
       held.price_book AS held_price_book, held.invoice_recipient AS held_invoice_recipient, held.shutdown_policy AS held_shutdown_policy,
       held.agent_purchases AS held_agent_purchases, held.begin_time AS held_begin_time
FROM (
    SELECT * FROM (
        (SELECT * FROM relation AS theirs
         WHERE theirs.agent_account_id = :account_id AND :as_agent AND theirs.relation_id < :before_id
             AND (:with_ended OR theirs.end_time IS NULL AND (theirs.begin_time IS NOT NULL OR EXISTS (
                 SELECT FROM relation_offer AS open WHERE open.relation_id = theirs.relation_id AND open.expire_time > :now)))
         ORDER BY theirs.relation_id DESC
         LIMIT :limit)
        UNION ALL
        (SELECT * FROM relation AS mine
         WHERE mine.customer_account_id = :account_id AND :as_customer AND mine.relation_id < :before_id
             AND (:with_ended OR mine.end_time IS NULL AND (mine.begin_time IS NOT NULL OR EXISTS (
                 SELECT FROM relation_offer AS open WHERE open.relation_id = mine.relation_id AND open.expire_time > :now)))
         ORDER BY mine.relation_id DESC
         LIMIT :limit)
    ) AS both_ends
    ORDER BY relation_id DESC
    LIMIT :limit
) AS relation
CROSS JOIN LATERAL (
    SELECT * FROM relation_offer AS last WHERE last.relation_id = relation.relation_id ORDER BY version DESC LIMIT 1
) AS offer
LEFT JOIN LATERAL (
    SELECT * FROM relation_offer AS held WHERE held.customer_account_id = relation.customer_account_id AND begin_time IS NOT NULL
        AND end_time IS NULL AND (held.relation_id = relation.relation_id) IS TRUE LIMIT 1
) AS held ON true
LEFT JOIN LATERAL (
    SELECT name FROM company_submission AS submission WHERE submission.account_id = relation.agent_account_id AND state = 'VERIFIED' LIMIT 1
) AS company ON true
ORDER BY relation.relation_id DESC
