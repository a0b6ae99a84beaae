-- An invitation with the state of the message that was sent last, and the partner's verified name.
-- in: invitation_id id
-- out: invitation_id id, agent_account_id id, channel text, contact_sealed bytes, contact_index bytes, permissions text, settlement_mode text,
-- out: price_book text, invoice_recipient text, shutdown_policy text, agent_purchases bool, offer_hash text, invited_by id, create_time time,
-- out: token_hash bytes, send_time time, resends int64, open_time time?, accept_time time?, account_id id?, accepted_by id?, next_time time?,
-- out: associate_time time?, decline_time time?, cancel_time time?, message_state text?, agent_company_name text?
SELECT invitation.invitation_id, agent_account_id, channel, contact_sealed, contact_index, permissions, settlement_mode, price_book,
       invoice_recipient, shutdown_policy, agent_purchases, offer_hash, invited_by, create_time, token_hash, send_time, resends, open_time,
       accept_time, account_id, accepted_by, next_time, associate_time, decline_time, cancel_time, message.state AS message_state,
       company.name AS agent_company_name
FROM customer_invitation AS invitation
LEFT JOIN LATERAL (SELECT state FROM message AS sent WHERE sent.message_id = invitation.message_id LIMIT 1) AS message ON true
LEFT JOIN LATERAL (
    SELECT name FROM company_submission AS submission WHERE submission.account_id = invitation.agent_account_id AND state = 'VERIFIED' LIMIT 1
) AS company ON true
WHERE invitation.invitation_id = :invitation_id
