-- The phone number or e-mail address to verify; a verified one is never replaced here.
INSERT INTO contact (account_id, channel, sealed, contact_index) VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id, channel) DO UPDATE SET sealed = excluded.sealed, contact_index = excluded.contact_index
    WHERE contact.verify_time IS NULL
