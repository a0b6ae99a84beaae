-- A session by its token, with what its principal may do in an account (the own one when none is asked for).
-- in: token_hash bytes, account_id id?
-- out: session_id id, principal_id id, create_time time, use_time time, revoked bool, operates bool, account_id id, type text?,
-- out: company_id id?, roles text
SELECT session.session_id, session.principal_id, session.create_time, session.use_time, session.revoke_time IS NOT NULL AS revoked,
       principal.operator AS operates, acting.account_id, account.type, verified.company_id,
       coalesce((SELECT array_to_string(array_agg(role ORDER BY role), ' ') FROM role_grant
                 WHERE role_grant.account_id = acting.account_id AND role_grant.principal_id = principal.principal_id), '') AS roles
FROM (SELECT * FROM session WHERE token_hash = :token_hash LIMIT 1) AS session
CROSS JOIN LATERAL (SELECT * FROM principal WHERE principal.principal_id = session.principal_id LIMIT 1) AS principal
CROSS JOIN LATERAL (SELECT coalesce(:account_id, principal.account_id) AS account_id) AS acting
LEFT JOIN LATERAL (SELECT type FROM account WHERE account.account_id = acting.account_id LIMIT 1) AS account ON true
LEFT JOIN LATERAL (
    SELECT company_id FROM company_submission AS submission WHERE submission.account_id = acting.account_id
        AND state = 'VERIFIED' LIMIT 1
) AS verified ON true
WHERE principal.delete_time IS NULL
