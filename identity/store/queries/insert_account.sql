-- A new account of a principal, with its e-mail address, the phone number when there is one, the four agreements (ID-02) and its
-- first administrator.
WITH opened AS (
    INSERT INTO account (account_id, principal_id, country, sign_up_channel, create_time)
    VALUES ($1, $2, $3, $4, $5)
), email AS (
    INSERT INTO contact (account_id, channel, sealed, contact_index, verify_time)
    VALUES ($1, 'EMAIL', $6, $7, CASE WHEN $4 = 'EMAIL' THEN $5::timestamptz END)
), phone AS (
    INSERT INTO contact (account_id, channel, sealed, contact_index, verify_time)
    SELECT $1, 'PHONE', $8, $9, CASE WHEN $4 = 'PHONE' THEN $5::timestamptz END
    WHERE $8::bytea IS NOT NULL
), agreed AS (
    INSERT INTO accepted_terms (account_id, document, version, accept_time)
    SELECT $1, document, version, $12 FROM unnest($10::text[], $11::text[]) AS terms (document, version)
)
INSERT INTO role_grant (account_id, principal_id, role, grant_time) VALUES ($1, $2, 'ACCOUNT_ADMINISTRATOR', $5)
