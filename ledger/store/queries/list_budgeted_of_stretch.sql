-- The accounts with budgets of the entries in a stretch of a chain.
-- in: company_id id, after_sequence int64, to_sequence int64
-- out: account_id id
SELECT DISTINCT account.account_id
FROM (SELECT number FROM chain WHERE company_id = :company_id LIMIT 1) AS own
CROSS JOIN LATERAL (
    SELECT account, other_account
    FROM entry
    WHERE entry.chain = own.number AND entry.sequence > :after_sequence AND entry.sequence <= :to_sequence
    ORDER BY entry.sequence
    LIMIT :to_sequence - :after_sequence
) AS entry
CROSS JOIN LATERAL (SELECT unnest(ARRAY[entry.account, entry.other_account]) AS number) AS named
CROSS JOIN LATERAL (SELECT account_id FROM account WHERE account.number = named.number LIMIT 1) AS account
CROSS JOIN LATERAL (SELECT 1 FROM budget WHERE budget.account_id = account.account_id LIMIT 1) AS one
