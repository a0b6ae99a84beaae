CROSS JOIN LATERAL (
    WITH RECURSIVE above (account_id, height) AS (
        SELECT acting.account_id, 0
        UNION ALL
        SELECT parent_account_id, height + 1 FROM above
        CROSS JOIN LATERAL (SELECT parent_account_id FROM structure_edge AS edge
                            WHERE edge.child_account_id = above.account_id AND end_time IS NULL LIMIT 2) AS edge
        WHERE height < 4
    ) SELECT array_agg(account_id) AS account_ids FROM above
) AS chain
