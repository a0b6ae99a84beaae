-- The leaver's log-in ends: its address is free, and all its roles are taken, everywhere. An account that would have no administrator left
-- has its owner for one. The keys of the account that it made end, for it has seen their secrets. subtree: whether it administered what is
-- under the account, too.
-- in: account_id id, leaver_id id, password_hash text, now time
-- out: roles int64, keys int64, subtree bool
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
), revoked AS (
    UPDATE program_key SET revoke_time = :now, expire_time = least(expire_time, :now)
    WHERE principal_id = ANY (ARRAY(SELECT principal_id FROM program WHERE program.account_id = :account_id))
        AND (made_by = :leaver_id AND revoke_time IS NULL) IS TRUE -- the programs are what to look for
    RETURNING key_id
)
SELECT (SELECT count(*) FROM taken) AS roles, (SELECT count(*) FROM revoked) AS keys,
       EXISTS (SELECT FROM taken WHERE account_id = :account_id AND role = 'ACCOUNT_ADMINISTRATOR' AND subtree) AS subtree
