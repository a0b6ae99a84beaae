-- What a company's postings sum to, per currency: zero.
-- in: as audit_credit
-- out: currency text, sum_micros int64
SELECT account.currency, sum(posting.amount_micros)::bigint AS sum_micros
FROM (SELECT * FROM posting WHERE company_id = :company_id OFFSET 0) AS posting
JOIN (SELECT * FROM account WHERE company_id = :company_id OFFSET 0) AS account USING (account_id)
GROUP BY account.currency
