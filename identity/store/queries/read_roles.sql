-- The roles of two principals in an account, the first one's also by grants with subtree, there and above it (GW-13), whether and as what the
-- first one operates, how many administrators there are and which of the two opened the account. A program has no roles here: it is no member.
-- in: account_id id, caller_id id, member_id id
-- out: caller_roles text, caller_subtree_roles text, caller_operates bool, caller_operator_roles text, caller_owns bool, member_roles text, administrators int64,
-- out: member_owns bool
SELECT coalesce((SELECT string_agg(role, ' ') FROM role_grant WHERE account_id = :account_id AND principal_id = :caller_id), '') AS caller_roles,
       coalesce((SELECT string_agg(given.role, ' ') FROM role_grant AS given
            WHERE given.principal_id = :caller_id AND given.subtree AND (given.account_id = :account_id OR EXISTS (
                WITH RECURSIVE above (account_id, height) AS (
                    SELECT parent_account_id, 1 FROM structure_edge AS edge
                    WHERE edge.child_account_id = :account_id AND end_time IS NULL
                    UNION ALL
                    SELECT parent_account_id, height + 1 FROM above
                    CROSS JOIN LATERAL (SELECT parent_account_id FROM structure_edge AS edge
                                        WHERE edge.child_account_id = above.account_id AND end_time IS NULL LIMIT 2) AS edge
                    WHERE height < 4
                ) SELECT FROM above WHERE above.account_id = given.account_id))), '') AS caller_subtree_roles,
       coalesce((SELECT operator AND delete_time IS NULL FROM principal WHERE principal_id = :caller_id), false) AS caller_operates,
       coalesce((SELECT string_agg(role, ' ') FROM operator_grant WHERE principal_id = :caller_id), '') AS caller_operator_roles,
       EXISTS (SELECT FROM account WHERE account_id = :account_id AND principal_id = :caller_id) AS caller_owns,
       coalesce((SELECT array_to_string(array_agg(role ORDER BY role), ' ') FROM role_grant WHERE account_id = :account_id
           AND principal_id = :member_id AND NOT EXISTS (SELECT FROM program WHERE program.principal_id = :member_id)), '') AS member_roles,
       (SELECT count(*) FROM role_grant WHERE account_id = :account_id AND role = 'ACCOUNT_ADMINISTRATOR') AS administrators,
       EXISTS (SELECT FROM account WHERE account_id = :account_id AND principal_id = :member_id) AS member_owns
