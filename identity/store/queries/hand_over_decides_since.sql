-- Since when somebody may decide on hand-overs of an account: by its administrator's role there; by one with subtree above it, since it was
-- given last, for it may not have had a subtree before; or as a reviewing operator.
-- in: account_id id, principal_id id
-- out: since_time time?
SELECT min(since_time) AS since_time FROM (
    SELECT grant_time AS since_time FROM role_grant
    WHERE account_id = :account_id AND principal_id = :principal_id AND role = 'ACCOUNT_ADMINISTRATOR'
    UNION ALL
    SELECT greatest(given.grant_time, (
        SELECT max(note_time) FROM security_event AS told WHERE told.principal_id = :principal_id
            AND (kind = 'ROLE_GIVEN' AND told.account_id = given.account_id AND detail = 'ACCOUNT_ADMINISTRATOR') IS TRUE))
    FROM role_grant AS given
    WHERE given.principal_id = :principal_id AND given.subtree AND (given.role = 'ACCOUNT_ADMINISTRATOR') IS TRUE AND EXISTS (
        WITH RECURSIVE above (account_id, height) AS (
            SELECT parent_account_id, 1 FROM structure_edge AS edge WHERE edge.child_account_id = :account_id AND end_time IS NULL
            UNION ALL
            SELECT parent_account_id, height + 1 FROM above
            CROSS JOIN LATERAL (SELECT parent_account_id FROM structure_edge AS edge
                                WHERE edge.child_account_id = above.account_id AND end_time IS NULL LIMIT 2) AS edge
            WHERE height < 4
        ) SELECT FROM above WHERE above.account_id = given.account_id)
    UNION ALL
    SELECT grant_time FROM operator_grant WHERE principal_id = :principal_id AND (role = 'OPERATOR_REVIEW') IS TRUE
) AS may
