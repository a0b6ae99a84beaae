-- The phone number or e-mail address to verify; a verified one is never replaced here.
-- in: account_id id, channel text, sealed bytes, contact_index bytes
INSERT INTO contact (account_id, channel, sealed, contact_index) VALUES (:account_id, :channel, :sealed, :contact_index)
ON CONFLICT (account_id, channel) DO UPDATE SET sealed = excluded.sealed, contact_index = excluded.contact_index
    WHERE contact.verify_time IS NULL
