-- Terms that wait for an answer.
-- in: relation_id id, version int64, agent_account_id id, customer_account_id id, permissions text, settlement_mode text, price_book text,
-- in: invoice_recipient text, shutdown_policy text, agent_purchases bool, offer_hash text, offered_by id, offer_time time, expire_time time
INSERT INTO relation_offer (relation_id, version, agent_account_id, customer_account_id, permissions, settlement_mode, price_book,
    invoice_recipient, shutdown_policy, agent_purchases, offer_hash, offered_by, offer_time, expire_time)
VALUES (:relation_id, :version, :agent_account_id, :customer_account_id, :permissions, :settlement_mode, :price_book,
    :invoice_recipient, :shutdown_policy, :agent_purchases, :offer_hash, :offered_by, :offer_time, :expire_time)
