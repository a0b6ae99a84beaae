-- The keys that count and that somebody made in an account, or in one under it, in which it has no role any more (ID-27).
-- in: account_id id, leaver_id id, now time
-- out: key_id id, program_id id, account_id id
WITH made AS MATERIALIZED ( -- the maker is what to look for
    SELECT key_id, principal_id AS program_id FROM program_key WHERE made_by = :leaver_id
        AND (revoke_time IS NULL AND expire_time > :now) IS TRUE
)
SELECT made.key_id, made.program_id, program.account_id
FROM made
CROSS JOIN LATERAL (SELECT account_id FROM program WHERE program.principal_id = made.program_id LIMIT 1) AS program
CROSS JOIN LATERAL (
    WITH RECURSIVE above (account_id, height) AS (
        SELECT program.account_id, 0
        UNION ALL
        SELECT parent_account_id, height + 1 FROM above
        CROSS JOIN LATERAL (SELECT parent_account_id FROM structure_edge AS edge
                            WHERE edge.child_account_id = above.account_id AND end_time IS NULL LIMIT 2) AS edge
        WHERE height < 4
    ) SELECT array_agg(account_id) AS account_ids FROM above
) AS chain
LEFT JOIN LATERAL (
    SELECT true AS holds FROM role_grant AS held WHERE held.principal_id = :leaver_id
        AND (held.account_id = program.account_id OR held.subtree AND held.account_id = ANY (chain.account_ids)) IS TRUE LIMIT 1
) AS held ON true
WHERE :account_id = ANY (chain.account_ids) AND held.holds IS NULL
ORDER BY key_id
