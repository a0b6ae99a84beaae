-- Accounts whose version is not the number of entries that touched them: as the acting account, or at the other end of a transfer or revoke.
-- Of one account only, when $2 names it.
SELECT *
FROM (
    SELECT account.account_id, account.version, coalesce(sum(touched.entries), 0)::bigint
    FROM (SELECT * FROM account WHERE company_id = $1 OFFSET 0) AS account
    LEFT JOIN (
        SELECT account_id, count(*) AS entries FROM entry WHERE company_id = $1 GROUP BY account_id
        UNION ALL
        SELECT counterparty_id, count(*) FROM entry WHERE company_id = $1 AND kind IN (1, 2) GROUP BY counterparty_id
    ) AS touched USING (account_id)
    GROUP BY account.account_id, account.version
    HAVING account.version <> coalesce(sum(touched.entries), 0)
) AS found (account_id)
WHERE $2::uuid IS NULL OR account_id = $2
ORDER BY 1, 2, 3
LIMIT 10
