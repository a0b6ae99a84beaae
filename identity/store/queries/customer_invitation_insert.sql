-- A customer is invited.
-- in: invitation_id id, agent_account_id id, channel text, contact_sealed bytes, contact_index bytes, permissions text, settlement_mode text,
-- in: price_book text, invoice_recipient text, shutdown_policy text, agent_purchases bool, offer_hash text, invited_by id, create_time time,
-- in: token_hash bytes, message_id id
INSERT INTO customer_invitation (invitation_id, agent_account_id, channel, contact_sealed, contact_index, permissions, settlement_mode, price_book,
    invoice_recipient, shutdown_policy, agent_purchases, offer_hash, invited_by, create_time, token_hash, message_id, send_time)
VALUES (:invitation_id, :agent_account_id, :channel, :contact_sealed, :contact_index, :permissions, :settlement_mode, :price_book,
    :invoice_recipient, :shutdown_policy, :agent_purchases, :offer_hash, :invited_by, :create_time, :token_hash, :message_id, :create_time)
