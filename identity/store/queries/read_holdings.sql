-- What few hold, of those of read_sessions.sql who do, beside the roles read anew at the same moment, for a deny must not be seen without
-- what it denies. custom_roles: accounts' own, a line each, with tabs between. newer_sessions: live ones of the principal that began later,
-- counted where the account has a maximum (ID-43). operator_roles: an operator looks into an account as long as one of the roles by which
-- looks are opened is held since before; one that is given anew opens a new look alone. key_network_known: of a key, unless it has as
-- many as are kept. appointers: by however many steps, whatever was taken again since; makers: the same of an operator, whenever it was.
-- partner_account_id: of a customer, in which the principal has no role, the partner by the relation that holds (B.5); all of the row is then
-- of the partner's account, with its policies. In the places in which they were asked for.
-- in: session_ids id[], key_ids id[], principal_ids id[], account_ids id[], customer_account_ids id[], appointed_since_times time[],
-- in: networks bytes[], networks_max int64, now time, live_used_since_time time, live_created_since_time time
-- out: operator_roles text, roles text, inherited_roles text, custom_roles text, newer_sessions int64, key_network_known bool,
-- out: appointers text, makers text, partner_account_id id?, relation_id id?, relation_permissions text?, mfa_money text?, mfa_who_may_what text?,
-- out: mfa_roles text?, session_networks text?, session_lifetime_minutes int64?, session_idle_minutes int64?, sessions_max int64?,
-- out: device_trust_hours int64?
SELECT CASE WHEN principal.operator THEN coalesce(
           (SELECT string_agg(role, ' ') FROM operator_grant AS held WHERE held.principal_id = acting.principal_id)
           || CASE WHEN (SELECT true FROM operator_look AS look
                         WHERE look.principal_id = acting.principal_id AND look.account_id = acting.account_id AND look.end_time > :now
                             AND (SELECT close_time FROM operator_look_close AS closed WHERE closed.look_id = look.look_id) IS NULL
                             AND (SELECT true FROM operator_grant AS opened WHERE opened.principal_id = look.principal_id
                                  AND opened.role <> 'OPERATOR_ADMINISTRATOR' AND opened.grant_time <= look.begin_time LIMIT 1)
                         LIMIT 1)
                   THEN ' OPERATOR_LOOK' ELSE '' END, '') ELSE '' END AS operator_roles,
       coalesce(given.here, '') AS roles, coalesce(given.above, '') AS inherited_roles,
       coalesce((SELECT string_agg(concat_ws(E'\t', own.role_id, own.name, given.inherited, own.allows, own.denies) || E'\n', '')
                 FROM (
                     SELECT custom_role_id, false AS inherited FROM role_grant
                     WHERE role_grant.account_id = acting.account_id AND role_grant.principal_id = acting.principal_id
                     UNION ALL
                     SELECT custom_role_id, true FROM role_grant AS given
                     WHERE given.principal_id = acting.principal_id AND given.subtree AND key.reaches_below IS NOT FALSE
                         AND given.account_id <> acting.account_id AND given.account_id = ANY (chain.account_ids)
                 ) AS given
                 CROSS JOIN LATERAL (SELECT * FROM custom_role WHERE custom_role.role_id = given.custom_role_id LIMIT 1) AS own), '') AS custom_roles,
       CASE WHEN account.sessions_max > 0 AND acting.session_id IS NOT NULL THEN (
           SELECT count(*) FROM (
               SELECT FROM session AS newer
               WHERE newer.principal_id = acting.principal_id AND newer.session_id > acting.session_id AND newer.revoke_time IS NULL
                   AND newer.use_time > :live_used_since_time AND (newer.create_time > :live_created_since_time) IS TRUE
               LIMIT account.sessions_max
           ) AS newer
       ) ELSE 0 END AS newer_sessions,
       acting.network IS NULL OR coalesce(came.here, false) OR coalesce(came.networks, 0) >= :networks_max AS key_network_known,
       CASE WHEN acting.appointed_since IS NULL THEN '' ELSE
           coalesce((
               WITH RECURSIVE behind (principal_id) AS (
                   SELECT acting.principal_id
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
                   WHERE appointment.granted_by IS NOT NULL AND grant_time > acting.appointed_since
               ) SELECT string_agg(behind.principal_id::text, ' ') FROM behind WHERE behind.principal_id <> acting.principal_id), '') END AS appointers,
       CASE WHEN acting.appointed_since IS NULL OR principal.operator IS NOT TRUE THEN '' ELSE
           coalesce((
               WITH RECURSIVE behind (principal_id) AS (
                   SELECT acting.principal_id
                   UNION
                   SELECT made.made_by FROM behind
                   CROSS JOIN LATERAL (
                       SELECT granted_by AS made_by FROM operator_grant AS held WHERE held.principal_id = behind.principal_id
                       UNION ALL
                       SELECT actor_id FROM security_event AS given WHERE given.principal_id = behind.principal_id
                           AND (kind IN ('ROLE_GIVEN', 'OPERATOR_JOINED') AND given.account_id IS NULL) IS TRUE
                   ) AS made
                   WHERE made.made_by IS NOT NULL
               ) SELECT string_agg(behind.principal_id::text, ' ') FROM behind WHERE behind.principal_id <> acting.principal_id), '') END AS makers,
       held.agent_account_id AS partner_account_id, held.relation_id, held.permissions AS relation_permissions,
       account.mfa_money, account.mfa_who_may_what, account.mfa_roles, account.session_networks, account.session_lifetime_minutes,
       account.session_idle_minutes, account.sessions_max, account.device_trust_hours
FROM unnest(:session_ids, :key_ids, :principal_ids, :account_ids, :customer_account_ids, :appointed_since_times, :networks) WITH ORDINALITY
    AS asked (session_id, key_id, principal_id, account_id, customer_account_id, appointed_since, network, place)
LEFT JOIN LATERAL (SELECT reaches_below FROM program_key WHERE program_key.key_id = asked.key_id LIMIT 1) AS key ON true
LEFT JOIN LATERAL (
    SELECT terms.agent_account_id, terms.relation_id, terms.permissions FROM relation_offer AS terms
    CROSS JOIN LATERAL (SELECT effective_time FROM relation WHERE relation.relation_id = terms.relation_id LIMIT 1) AS relation
    WHERE terms.customer_account_id = asked.customer_account_id AND begin_time IS NOT NULL AND end_time IS NULL
        AND (effective_time > :now OR effective_time IS NULL)
    LIMIT 1
) AS held ON key.reaches_below IS NOT FALSE
CROSS JOIN LATERAL (
    SELECT asked.session_id, asked.key_id, asked.principal_id, coalesce(held.agent_account_id, asked.account_id) AS account_id,
           asked.appointed_since, asked.network
    OFFSET 0
) AS acting
LEFT JOIN LATERAL (SELECT operator FROM principal WHERE principal.principal_id = acting.principal_id LIMIT 1) AS principal ON true
LEFT JOIN LATERAL (
    SELECT sessions_max, mfa_money, mfa_who_may_what, mfa_roles, session_networks, session_lifetime_minutes, session_idle_minutes,
           device_trust_hours
    FROM account WHERE account.account_id = acting.account_id LIMIT 1
) AS account ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS networks, bool_or(known.network = acting.network) AS here FROM program_key_network AS known WHERE known.key_id = acting.key_id
) AS came ON acting.key_id IS NOT NULL
-- part: accounts_above
CROSS JOIN LATERAL (
    SELECT string_agg(role, ' ') FILTER (WHERE account_id = acting.account_id) AS here,
           string_agg(role, ' ') FILTER (WHERE account_id <> acting.account_id) AS above
    FROM role_grant
    WHERE role_grant.account_id = ANY (chain.account_ids) AND role_grant.principal_id = acting.principal_id
        AND (account_id = acting.account_id OR subtree AND key.reaches_below IS NOT FALSE)
) AS given
ORDER BY asked.place
