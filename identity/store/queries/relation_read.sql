-- A relation with the last of its offers, and the terms that hold.
-- in: relation_id id
-- out: relation_id id, agent_account_id id, customer_account_id id, create_time time, begin_time time?, effective_time time?, end_asked_account_id id?, end_time time?,
-- out: outcome text?, agent_company_name text?, version int64, permissions text, settlement_mode text, price_book text, invoice_recipient text,
-- out: shutdown_policy text, agent_purchases bool, offer_hash text, offer_time time, expire_time time, answer_time time?,
-- out: held_version int64?, held_permissions text?, held_settlement_mode text?, held_price_book text?, held_invoice_recipient text?,
-- out: held_shutdown_policy text?, held_agent_purchases bool?, held_begin_time time?
SELECT relation.relation_id, relation.agent_account_id, relation.customer_account_id, relation.create_time, relation.begin_time,
       relation.effective_time, relation.end_asked_account_id, relation.end_time, relation.outcome, company.name AS agent_company_name,
       offer.version, offer.permissions, offer.settlement_mode, offer.price_book, offer.invoice_recipient, offer.shutdown_policy,
       offer.agent_purchases, offer.offer_hash, offer.offer_time, offer.expire_time, offer.answer_time,
       held.version AS held_version, held.permissions AS held_permissions, held.settlement_mode AS held_settlement_mode,
       held.price_book AS held_price_book, held.invoice_recipient AS held_invoice_recipient, held.shutdown_policy AS held_shutdown_policy,
       held.agent_purchases AS held_agent_purchases, held.begin_time AS held_begin_time
FROM relation
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
WHERE relation.relation_id = :relation_id
