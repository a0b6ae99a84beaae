-- Whether two principals depend on each other: one made the other an administrator or an operator, or somebody else but the one who is trusted
-- made both, by however many steps, and whatever was taken again since (security_event forgets nothing).
-- in: one_id id, other_id id, trusted_id id
-- out: appointed bool
WITH RECURSIVE behind (side, principal_id) AS (
    SELECT place, principal_id FROM unnest(ARRAY[:one_id, :other_id]) WITH ORDINALITY AS both_of_them (principal_id, place)
    UNION
    SELECT behind.side, made.made_by FROM behind
    CROSS JOIN LATERAL (
        SELECT granted_by AS made_by FROM role_grant AS held
        WHERE held.principal_id = behind.principal_id AND (role = 'ACCOUNT_ADMINISTRATOR') IS TRUE
        UNION ALL
        SELECT actor_id FROM security_event AS given
        WHERE given.principal_id = behind.principal_id AND (kind = 'ROLE_GIVEN' AND detail = 'ACCOUNT_ADMINISTRATOR') IS TRUE
    ) AS made
    WHERE made.made_by <> :trusted_id -- the principals are what to look for
)
SELECT EXISTS (SELECT FROM behind GROUP BY principal_id HAVING count(DISTINCT side) > 1)
    OR EXISTS (SELECT FROM operator_grant WHERE principal_id = :one_id AND (granted_by = :other_id) IS TRUE)
    OR EXISTS (SELECT FROM operator_grant WHERE principal_id = :other_id AND (granted_by = :one_id) IS TRUE) AS appointed
