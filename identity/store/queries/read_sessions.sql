-- Whose session or key each token is, what its principal may do in an account (the own one when none is asked for, else the first that
-- it is a member of), and that account's type and verified company (ID-18); without a token, of the account alone. inherited_roles: by
-- grants with subtree on accounts above (GW-13). freeze: the strictest that is in force in the account, by one of its own or of an
-- account above it (GW-03), and how many came into force by now. Each call asks this, and a statement costs by its length: what only a
-- few hold (has_custom_roles, operators, keys by network) is told by read_holdings.sql. OFFSET 0 has the acting account found once; without
-- it the planner puts its expression wherever it is named. In the places in which they were asked for.
-- in: token_hashes bytes[], account_ids id[], principal_ids id[], now time
-- out: session_id id?, principal_id id?, create_time time?, use_time time?, revoked bool, operates bool, account_id id?, known bool,
-- out: type text?, company_id id?, roles text, mfa_time time?, factor_kinds text, inherited_roles text, mfa_money text?, mfa_who_may_what text?,
-- out: mfa_roles text?, key_id id?, key_kind text?, key_allows text?, key_denies text?, key_addresses text?, key_expire_time time?,
-- out: key_use_time time?, mfa_operation_hash bytes?, freeze_id id?, freeze_level text?,
-- out: freeze_begin_time time?, freeze_expire_time time?, freeze_epoch int64, pause_us int64?, device_proof_time time?,
-- out: session_networks text?, session_lifetime_minutes int64?, session_idle_minutes int64?, sessions_max int64?, device_trust_hours int64?,
-- out: key_begin_time time?, has_custom_roles bool, owns bool
SELECT CASE WHEN principal.delete_time IS NULL THEN CASE WHEN asked.principal_id IS NULL THEN session.session_id ELSE principal.principal_id END END
           AS session_id, principal.principal_id, session.create_time,
       session.use_time, session.revoke_time IS NOT NULL AS revoked, coalesce(principal.operator, false) AS operates, acting.account_id,
       account.account_id IS NOT NULL AS known, account.type, verified.company_id, coalesce(given.here, '') AS roles,
       session.mfa_time,
       coalesce((SELECT string_agg(DISTINCT kind, ' ') FROM factor WHERE factor.principal_id = principal.principal_id
                 AND (confirm_time IS NOT NULL) IS TRUE), '') AS factor_kinds,
       coalesce(given.above, '') AS inherited_roles,
       account.mfa_money, account.mfa_who_may_what, account.mfa_roles,
       CASE WHEN principal.delete_time IS NULL THEN key.key_id END AS key_id, key.kind AS key_kind, key.allows AS key_allows,
       key.denies AS key_denies, key.addresses AS key_addresses, key.expire_time AS key_expire_time, key.use_time AS key_use_time,
       session.mfa_operation_hash,
       strictest.freeze_id, strictest.level AS freeze_level, strictest.begin_time AS freeze_begin_time,
       strictest.expire_time AS freeze_expire_time, (SELECT epoch FROM freeze_epoch WHERE one) AS freeze_epoch,
       session.pause_us, greatest(session.mfa_time, session.device_proof_time) AS device_proof_time, account.session_networks,
       account.session_lifetime_minutes, account.session_idle_minutes, account.sessions_max, account.device_trust_hours,
       key.begin_time AS key_begin_time, coalesce(given.custom, false) AS has_custom_roles,
       coalesce(account.principal_id = principal.principal_id, false) AS owns
FROM unnest(:token_hashes, :account_ids, :principal_ids) WITH ORDINALITY
    AS asked (token_hash, account_id, principal_id, place)
LEFT JOIN LATERAL (SELECT * FROM session WHERE session.token_hash = asked.token_hash LIMIT 1) AS session ON true
LEFT JOIN LATERAL (
    SELECT * FROM program_key AS key WHERE session.session_id IS NULL AND key.secret_hash = asked.token_hash AND revoke_time IS NULL LIMIT 1
) AS key ON true
LEFT JOIN LATERAL (
    SELECT * FROM principal WHERE principal.principal_id = coalesce(session.principal_id, key.principal_id, asked.principal_id) LIMIT 1
) AS principal ON true
CROSS JOIN LATERAL (SELECT coalesce(asked.account_id, principal.account_id, (
    SELECT given.account_id FROM role_grant AS given WHERE given.principal_id = principal.principal_id ORDER BY grant_time LIMIT 1
)) AS account_id OFFSET 0) AS acting
LEFT JOIN LATERAL (SELECT * FROM account WHERE account.account_id = acting.account_id LIMIT 1) AS account ON true
LEFT JOIN LATERAL (
    SELECT company_id FROM company_submission AS submission WHERE submission.account_id = acting.account_id
        AND state = 'VERIFIED' LIMIT 1
) AS verified ON true
-- part: accounts_above
CROSS JOIN LATERAL (
    SELECT string_agg(role, ' ') FILTER (WHERE account_id = acting.account_id) AS here,
           string_agg(role, ' ') FILTER (WHERE account_id <> acting.account_id) AS above, bool_or(custom_role_id IS NOT NULL) AS custom
    FROM role_grant
    WHERE role_grant.account_id = ANY (chain.account_ids) AND role_grant.principal_id = principal.principal_id
        AND (account_id = acting.account_id OR subtree AND key.reaches_below IS NOT FALSE)
) AS given
LEFT JOIN LATERAL (
    SELECT freeze_id, level, begin_time, expire_time FROM account_freeze
    WHERE account_freeze.account_id = ANY (chain.account_ids) AND end_time IS NULL AND begin_time IS NOT NULL
        AND (expire_time > :now OR expire_time IS NULL)
    ORDER BY CASE level WHEN 'RECHARGE' THEN 1 WHEN 'NEW_PURCHASE' THEN 2 ELSE 3 END DESC, expire_time DESC
    LIMIT 1
) AS strictest ON true
ORDER BY asked.place
