-- Whose session or key each token is, what its principal may do in an account (the own one when none is asked for, else the first that
-- it is a member of), and that account's type and verified company (ID-18); without a token, of the account alone. inherited_roles: by
-- grants with subtree on accounts above (GW-13). custom_roles: accounts' own, a line each, with tabs between. freeze: the strictest that is in force in the account, by one of its own
-- or of an account above it (GW-03), and how many came into force by now. newer_sessions: live ones of the principal that began later,
-- counted where the account has a maximum (ID-43). operator_roles: an operator looks into an account as long as one of the roles by which
-- looks are opened is held since before; one that is given anew opens a new look alone. appointers: by however many steps, whatever was
-- taken again since; makers: the same of an operator, whenever it was. In the places in which they were asked for.
-- in: token_hashes bytes[], account_ids id[], principal_ids id[], appointed_since_times time[], networks bytes[], networks_max int64,
-- in: now time, live_used_since_time time, live_created_since_time time
-- out: session_id id?, principal_id id?, create_time time?, use_time time?, revoked bool, operates bool, operator_roles text, account_id id?, known bool,
-- out: type text?, company_id id?, roles text, mfa_time time?, factor_kinds text, inherited_roles text, mfa_money text?, mfa_who_may_what text?,
-- out: mfa_roles text?, key_id id?, key_kind text?, key_allows text?, key_denies text?, key_addresses text?, key_expire_time time?,
-- out: key_use_time time?, key_network_known bool, appointers text, mfa_operation_hash bytes?, freeze_id id?, freeze_level text?,
-- out: freeze_begin_time time?, freeze_expire_time time?, freeze_epoch int64, pause_us int64?, device_proof_time time?,
-- out: session_networks text?, session_lifetime_minutes int64?, session_idle_minutes int64?, sessions_max int64?, device_trust_hours int64?,
-- out: newer_sessions int64, key_begin_time time?, custom_roles text, makers text, owns bool
SELECT CASE WHEN principal.delete_time IS NULL THEN CASE WHEN asked.principal_id IS NULL THEN session.session_id ELSE principal.principal_id END END
           AS session_id, principal.principal_id, session.create_time,
       session.use_time, session.revoke_time IS NOT NULL AS revoked, coalesce(principal.operator, false) AS operates,
       CASE WHEN principal.operator THEN coalesce(
           (SELECT string_agg(role, ' ') FROM operator_grant AS held WHERE held.principal_id = principal.principal_id)
           || CASE WHEN EXISTS (SELECT FROM operator_look AS look
                                WHERE look.principal_id = principal.principal_id AND look.account_id = acting.account_id AND look.end_time > :now
                                    AND (SELECT close_time FROM operator_look_close AS closed WHERE closed.look_id = look.look_id) IS NULL
                                    AND EXISTS (SELECT FROM operator_grant AS opened WHERE opened.principal_id = look.principal_id
                                                AND opened.role <> 'OPERATOR_ADMINISTRATOR' AND opened.grant_time <= look.begin_time))
                   THEN ' OPERATOR_LOOK' ELSE '' END, '') ELSE '' END AS operator_roles,
       acting.account_id,
       account.account_id IS NOT NULL AS known, account.type, verified.company_id,
       coalesce((SELECT array_to_string(array_agg(role ORDER BY role), ' ') FROM role_grant
                 WHERE role_grant.account_id = acting.account_id AND role_grant.principal_id = principal.principal_id), '') AS roles,
       session.mfa_time,
       coalesce((SELECT string_agg(DISTINCT kind, ' ') FROM factor WHERE factor.principal_id = principal.principal_id
                 AND (confirm_time IS NOT NULL) IS TRUE), '') AS factor_kinds,
       coalesce((SELECT string_agg(given.role, ' ') FROM role_grant AS given
                 WHERE given.principal_id = principal.principal_id AND given.subtree AND key.reaches_below IS NOT FALSE
                     AND given.account_id <> acting.account_id AND given.account_id = ANY (chain.account_ids)), '') AS inherited_roles,
       account.mfa_money, account.mfa_who_may_what, account.mfa_roles,
       CASE WHEN principal.delete_time IS NULL THEN key.key_id END AS key_id, key.kind AS key_kind, key.allows AS key_allows,
       key.denies AS key_denies, key.addresses AS key_addresses, key.expire_time AS key_expire_time, key.use_time AS key_use_time,
       asked.network IS NULL OR coalesce(came.here, false) OR coalesce(came.networks, 0) >= :networks_max AS key_network_known,
       CASE WHEN asked.appointed_since IS NULL THEN '' ELSE
           coalesce((
               WITH RECURSIVE behind (principal_id) AS (
                   SELECT principal.principal_id
                   UNION
                   SELECT appointment.granted_by FROM behind
                   CROSS JOIN LATERAL (
                       SELECT granted_by, grant_time FROM role_grant
                       WHERE role_grant.account_id = acting.account_id AND role_grant.principal_id = behind.principal_id
                       UNION ALL
                       SELECT granted_by, grant_time FROM operator_grant AS made WHERE made.principal_id = behind.principal_id
                       UNION ALL
                       SELECT actor_id, note_time FROM security_event AS given WHERE given.principal_id = behind.principal_id
                           AND (kind = 'ROLE_GIVEN' AND given.account_id = acting.account_id) IS TRUE
                   ) AS appointment
                   WHERE appointment.granted_by IS NOT NULL AND grant_time > asked.appointed_since
               ) SELECT string_agg(behind.principal_id::text, ' ') FROM behind WHERE behind.principal_id <> principal.principal_id), '') END AS appointers, session.mfa_operation_hash,
       strictest.freeze_id, strictest.level AS freeze_level, strictest.begin_time AS freeze_begin_time,
       strictest.expire_time AS freeze_expire_time, (SELECT epoch FROM freeze_epoch WHERE one) AS freeze_epoch,
       session.pause_us, greatest(session.mfa_time, session.device_proof_time) AS device_proof_time, account.session_networks,
       account.session_lifetime_minutes, account.session_idle_minutes, account.sessions_max, account.device_trust_hours,
       CASE WHEN account.sessions_max > 0 AND session.session_id IS NOT NULL THEN (
           SELECT count(*) FROM (
               SELECT FROM session AS newer
               WHERE newer.principal_id = session.principal_id AND newer.session_id > session.session_id AND newer.revoke_time IS NULL
                   AND newer.use_time > :live_used_since_time AND (newer.create_time > :live_created_since_time) IS TRUE
               LIMIT account.sessions_max
           ) AS newer
       ) ELSE 0 END AS newer_sessions, key.begin_time AS key_begin_time,
       coalesce((SELECT string_agg(concat_ws(E'\t', own.role_id, own.name, given.inherited, own.allows, own.denies) || E'\n', '')
                 FROM (
                     SELECT custom_role_id, false AS inherited FROM role_grant
                     WHERE role_grant.account_id = acting.account_id AND role_grant.principal_id = principal.principal_id
                     UNION ALL
                     SELECT custom_role_id, true FROM role_grant AS given
                     WHERE given.principal_id = principal.principal_id AND given.subtree AND key.reaches_below IS NOT FALSE
                         AND given.account_id <> acting.account_id AND given.account_id = ANY (chain.account_ids)
                 ) AS given
                 CROSS JOIN LATERAL (SELECT * FROM custom_role WHERE custom_role.role_id = given.custom_role_id LIMIT 1) AS own), '') AS custom_roles,
       CASE WHEN asked.appointed_since IS NULL OR principal.operator IS NOT TRUE THEN '' ELSE
           coalesce((
               WITH RECURSIVE behind (principal_id) AS (
                   SELECT principal.principal_id
                   UNION
                   SELECT made.made_by FROM behind
                   CROSS JOIN LATERAL (
                       SELECT granted_by AS made_by FROM operator_grant AS held WHERE held.principal_id = behind.principal_id
                       UNION ALL
                       SELECT actor_id FROM security_event AS given WHERE given.principal_id = behind.principal_id
                           AND (kind IN ('ROLE_GIVEN', 'OPERATOR_JOINED') AND given.account_id IS NULL) IS TRUE
                   ) AS made
                   WHERE made.made_by IS NOT NULL
               ) SELECT string_agg(behind.principal_id::text, ' ') FROM behind WHERE behind.principal_id <> principal.principal_id), '') END AS makers,
       coalesce(account.principal_id = principal.principal_id, false) AS owns
FROM unnest(:token_hashes, :account_ids, :principal_ids, :appointed_since_times, :networks) WITH ORDINALITY
    AS asked (token_hash, account_id, principal_id, appointed_since, network, place)
LEFT JOIN LATERAL (SELECT * FROM session WHERE session.token_hash = asked.token_hash LIMIT 1) AS session ON true
LEFT JOIN LATERAL (
    SELECT * FROM program_key AS key WHERE session.session_id IS NULL AND key.secret_hash = asked.token_hash AND revoke_time IS NULL LIMIT 1
) AS key ON true
LEFT JOIN LATERAL (
    SELECT * FROM principal WHERE principal.principal_id = coalesce(session.principal_id, key.principal_id, asked.principal_id) LIMIT 1
) AS principal ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS networks, bool_or(known.network = asked.network) AS here FROM program_key_network AS known WHERE known.key_id = key.key_id
) AS came ON key.key_id IS NOT NULL
CROSS JOIN LATERAL (SELECT coalesce(asked.account_id, principal.account_id, (
    SELECT given.account_id FROM role_grant AS given WHERE given.principal_id = principal.principal_id ORDER BY grant_time LIMIT 1
)) AS account_id) AS acting
LEFT JOIN LATERAL (
    SELECT account_id, account.principal_id, type, mfa_money, mfa_who_may_what, mfa_roles, session_networks, session_lifetime_minutes, session_idle_minutes,
           sessions_max, device_trust_hours
    FROM account WHERE account.account_id = acting.account_id LIMIT 1
) AS account ON true
LEFT JOIN LATERAL (
    SELECT company_id FROM company_submission AS submission WHERE submission.account_id = acting.account_id
        AND state = 'VERIFIED' LIMIT 1
) AS verified ON true
-- part: accounts_above
LEFT JOIN LATERAL (
    SELECT held.* FROM unnest(chain.account_ids) AS frozen (account_id)
    CROSS JOIN LATERAL (SELECT freeze_id, level, begin_time, expire_time FROM account_freeze
                        WHERE account_freeze.account_id = frozen.account_id AND end_time IS NULL AND begin_time IS NOT NULL
                            AND (expire_time > :now OR expire_time IS NULL) LIMIT 32) AS held
    ORDER BY CASE level WHEN 'RECHARGE' THEN 1 WHEN 'NEW_PURCHASE' THEN 2 ELSE 3 END DESC, expire_time DESC
    LIMIT 1
) AS strictest ON true
ORDER BY asked.place
