-- How much there is of an account: itself, the entries that name it and its postings.
SELECT (SELECT count(*) FROM account WHERE company_id = $1 AND account_id = $2),
       (SELECT count(*) FROM entry WHERE company_id = $1 AND (account_id = $2 OR counterparty_id = $2)),
       (SELECT count(*) FROM posting WHERE company_id = $1 AND account_id = $2)
