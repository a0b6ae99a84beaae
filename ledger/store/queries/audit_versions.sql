-- Accounts whose version is not the number of entries that touched them: as the acting account, or at the other end of a transfer or revoke.
-- Of one account only, when account_id names it.
-- in: company_id id, account_id id?
-- out: account_id id?, kept_micros int64, told_micros int64
SELECT *
FROM (
    SELECT account.account_id, account.version, coalesce(sum(touched.entries), 0)::bigint
    FROM (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account
    LEFT JOIN (
        SELECT account_id, count(*) AS entries FROM entry WHERE company_id = :company_id GROUP BY account_id
        UNION ALL
        SELECT counterparty_id, count(*) FROM entry WHERE company_id = :company_id AND kind IN (1, 2) GROUP BY counterparty_id
    ) AS touched USING (account_id)
    GROUP BY account.account_id, account.version
    HAVING account.version <> coalesce(sum(touched.entries), 0)
) AS found (account_id, kept_micros, told_micros)
WHERE :account_id IS NULL OR account_id = :account_id
ORDER BY account_id, kept_micros, told_micros
LIMIT 10
