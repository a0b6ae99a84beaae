-- Accounts with records that wait, each once: along the index from one account to the next. An account counts where it is booked now.
-- in: after_id id, limit int64
-- out: account_id id, company_id id, currency text
WITH RECURSIVE waiting AS (
    (SELECT account_id, 1::bigint AS place FROM usage_record WHERE state = 1 AND account_id > :after_id ORDER BY account_id LIMIT 1)
    UNION ALL
    SELECT next.account_id, waiting.place + 1
    FROM waiting
    CROSS JOIN LATERAL (
        SELECT account_id FROM usage_record WHERE state = 1 AND usage_record.account_id > waiting.account_id ORDER BY usage_record.account_id LIMIT 1
    ) AS next
    WHERE waiting.place < :limit
)
SELECT waiting.account_id, account.company_id, account.currency
FROM waiting
CROSS JOIN LATERAL (
    SELECT company_id, currency FROM account WHERE account.account_id = waiting.account_id AND moved_time IS NULL LIMIT 1
) AS account
ORDER BY waiting.place
