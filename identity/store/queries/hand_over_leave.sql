-- The leaver's log-in ends: its address is free, and all its roles are taken, everywhere. An account that would have no administrator left
-- has its owner for one. subtree: whether it administered what is under the account, too.
-- in: account_id id, leaver_id id, password_hash text, now time
-- out: roles int64, subtree bool
WITH gone AS (
    UPDATE principal SET delete_time = :now, password_hash = :password_hash WHERE principal_id = :leaver_id
), taken AS (
    DELETE FROM role_grant WHERE principal_id = :leaver_id RETURNING account_id, role, subtree
), kept AS (
    INSERT INTO role_grant (account_id, principal_id, role, grant_time)
    SELECT account_id, account.principal_id, 'ACCOUNT_ADMINISTRATOR', :now
    FROM taken
    CROSS JOIN LATERAL (SELECT principal_id FROM account WHERE account.account_id = taken.account_id LIMIT 1) AS account
    LEFT JOIN LATERAL (
        SELECT principal_id FROM role_grant AS other WHERE other.account_id = taken.account_id
            AND (other.principal_id <> :leaver_id AND other.role = 'ACCOUNT_ADMINISTRATOR') IS TRUE LIMIT 1
    ) AS administrator ON true
    WHERE taken.role = 'ACCOUNT_ADMINISTRATOR' AND taken.account_id <> :account_id AND administrator.principal_id IS NULL
    ON CONFLICT (account_id, principal_id, role) DO NOTHING
)
SELECT (SELECT count(*) FROM taken) AS roles,
       EXISTS (SELECT FROM taken WHERE account_id = :account_id AND role = 'ACCOUNT_ADMINISTRATOR' AND subtree) AS subtree
