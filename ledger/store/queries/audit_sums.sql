-- What a company's postings sum to, per currency: zero.
SELECT account.currency, sum(posting.amount_micros)::bigint
FROM posting
JOIN account USING (company_id, account_id)
WHERE company_id = $1
GROUP BY account.currency
