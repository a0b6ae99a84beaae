-- Postings that no entry has: beside it, of its account, and of no book but those that there are.
-- in: company_id id, chain int64, account_id id?
-- out: account_id id, sequence int64
SELECT posting.account_id, posting.sequence
FROM (
    SELECT account.account_id, posting.*
    FROM (SELECT * FROM account WHERE company_id = :company_id AND (:account_id IS NULL OR account_id = :account_id) OFFSET 0) AS account
    CROSS JOIN LATERAL (SELECT * FROM posting WHERE posting.account = account.number OFFSET 0) AS posting
) AS posting
LEFT JOIN (
    SELECT * FROM entry WHERE chain = :chain AND book < 0 OFFSET 0
) AS entry ON entry.account = posting.account AND entry.sequence = posting.sequence
WHERE entry.sequence IS NULL OR posting.book NOT BETWEEN 1 AND 9 OR posting.chain <> :chain
ORDER BY posting.sequence
LIMIT 10
