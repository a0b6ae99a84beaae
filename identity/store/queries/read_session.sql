-- A session by its token, with what its principal may do in an account (the own one when none is asked for).
SELECT session.session_id, session.principal_id, session.create_time, session.use_time, session.revoke_time IS NOT NULL,
       principal.operator, acting.account_id, account.type, verified.company_id,
       coalesce((SELECT array_to_string(array_agg(role ORDER BY role), ' ') FROM role_grant
                 WHERE role_grant.account_id = acting.account_id AND role_grant.principal_id = principal.principal_id), '') AS roles
FROM session
JOIN principal ON principal.principal_id = session.principal_id AND principal.delete_time IS NULL
CROSS JOIN LATERAL (SELECT coalesce($2::uuid, principal.account_id) AS account_id) AS acting
LEFT JOIN account ON account.account_id = acting.account_id
LEFT JOIN company_submission AS verified ON verified.account_id = acting.account_id AND verified.state = 'VERIFIED'
WHERE session.token_hash = $1
