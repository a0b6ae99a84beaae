-- The successor is the owner, and its administrator; both contacts are verified, and changes of them that were under way end. No row: the
-- successor has got another account meanwhile, or operates.
-- in: account_id id, successor_id id, email_sealed bytes, email_index bytes, phone_sealed bytes, phone_index bytes, now time,
-- in: subtree bool
-- out: principal_id id
WITH owner AS (
    UPDATE account SET principal_id = :successor_id WHERE account_id = :account_id
), successor AS (
    UPDATE principal SET account_id = :account_id, email_sealed = NULL
    WHERE principal_id = :successor_id AND ((account_id IS NULL OR account_id = :account_id) AND NOT operator) IS TRUE
    RETURNING principal_id
), changes AS (
    UPDATE contact_change SET end_time = :now WHERE account_id = :account_id AND (end_time IS NULL) IS TRUE
), email AS (
    INSERT INTO contact (account_id, channel, sealed, contact_index, verify_time)
    VALUES (:account_id, 'EMAIL', :email_sealed, :email_index, :now)
    ON CONFLICT (account_id, channel) DO UPDATE SET sealed = excluded.sealed, contact_index = excluded.contact_index,
        verify_time = excluded.verify_time
), phone AS (
    INSERT INTO contact (account_id, channel, sealed, contact_index, verify_time)
    VALUES (:account_id, 'PHONE', :phone_sealed, :phone_index, :now)
    ON CONFLICT (account_id, channel) DO UPDATE SET sealed = excluded.sealed, contact_index = excluded.contact_index,
        verify_time = excluded.verify_time
)
INSERT INTO role_grant (account_id, principal_id, role, grant_time, subtree)
SELECT :account_id, principal_id, 'ACCOUNT_ADMINISTRATOR', :now, :subtree FROM successor
ON CONFLICT (account_id, principal_id, role) DO UPDATE SET subtree = role_grant.subtree OR excluded.subtree
RETURNING principal_id
