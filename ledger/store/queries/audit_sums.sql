-- What a company's postings sum to, per currency: zero.
SELECT account.currency, sum(posting.amount_micros)::bigint
FROM (SELECT * FROM posting WHERE company_id = $1 OFFSET 0) AS posting
JOIN (SELECT * FROM account WHERE company_id = $1 OFFSET 0) AS account USING (account_id)
GROUP BY account.currency
