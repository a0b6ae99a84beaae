-- The freezes of an account and of those above it, before one, newest first; of a partner those alone that it called for.
-- in: account_id id, partner_account_id id?, before_id id, limit int64
-- out: freeze_id id, account_id id, level text, reason text, created_by id, create_time time, confirm_until_time time?, confirmed_by id?,
-- out: begin_time time?, expire_time time?, ended_by id?, end_time time?, outcome text?, partner_account_id id?
WITH RECURSIVE chain (account_id, height) AS (
    SELECT :account_id, 0
    UNION ALL
    SELECT parent_account_id, height + 1 FROM chain
    CROSS JOIN LATERAL (SELECT parent_account_id FROM structure_edge AS edge
                        WHERE edge.child_account_id = chain.account_id AND end_time IS NULL LIMIT 2) AS edge
    WHERE height < 4
)
SELECT found.*
FROM (SELECT DISTINCT account_id FROM chain) AS above
CROSS JOIN LATERAL (
    SELECT freeze_id, account_id, level, reason, created_by, create_time, confirm_until_time, confirmed_by, begin_time, expire_time, ended_by,
           end_time, outcome, partner_account_id
    FROM account_freeze WHERE account_freeze.account_id = above.account_id AND freeze_id < :before_id
        AND (partner_account_id = :partner_account_id OR :partner_account_id IS NULL)
    ORDER BY freeze_id DESC LIMIT :limit
) AS found
ORDER BY freeze_id DESC
LIMIT :limit
