-- The keys that count and that somebody made in an account, or in one under it, in which it has no role any more (ID-27).
-- in: account_id id, leaver_id id, now time
-- out: key_id id, program_id id, account_id id
WITH made AS MATERIALIZED ( -- the maker is what to look for
    SELECT key_id, principal_id AS program_id FROM program_key WHERE made_by = :leaver_id
        AND (revoke_time IS NULL AND expire_time > :now) IS TRUE
)
SELECT made.key_id, made.program_id, acting.account_id
FROM made
CROSS JOIN LATERAL (SELECT account_id FROM program WHERE program.principal_id = made.program_id LIMIT 1) AS acting
-- part: accounts_above
LEFT JOIN LATERAL (
    SELECT true AS holds FROM role_grant AS held WHERE held.principal_id = :leaver_id
        AND (held.account_id = acting.account_id OR held.subtree AND held.account_id = ANY (chain.account_ids)) IS TRUE LIMIT 1
) AS held ON true
WHERE :account_id = ANY (chain.account_ids) AND held.holds IS NULL
ORDER BY key_id
