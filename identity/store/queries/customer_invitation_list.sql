-- The invitations of a partner before one, newest first.
-- in: agent_account_id id, before_id id, limit int64
-- out: as customer_invitation_read
SELECT invitation.invitation_id, agent_account_id, channel, contact_sealed, contact_index, permissions, settlement_mode, price_book,
       invoice_recipient, shutdown_policy, agent_purchases, offer_hash, invited_by, create_time, token_hash, send_time, resends, open_time,
       accept_time, account_id, accepted_by, next_time, associate_time, decline_time, cancel_time, message.state AS message_state,
       NULL::text AS agent_company_name
FROM (
    SELECT * FROM customer_invitation AS ours WHERE ours.agent_account_id = :agent_account_id AND ours.invitation_id < :before_id
    ORDER BY ours.invitation_id DESC LIMIT :limit
) AS invitation
LEFT JOIN LATERAL (SELECT state FROM message AS sent WHERE sent.message_id = invitation.message_id LIMIT 1) AS message ON true
ORDER BY invitation.invitation_id DESC
