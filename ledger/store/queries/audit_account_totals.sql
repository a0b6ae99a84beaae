-- How much there is of an account: itself, the entries that name it and its postings.
-- in: company_id id, account_id id
-- out: as audit_totals
SELECT (SELECT count(*) FROM account WHERE company_id = :company_id AND account_id = :account_id) AS accounts,
       (SELECT count(*) FROM entry WHERE company_id = :company_id AND (account_id = :account_id
           OR counterparty_id = :account_id)) AS entries,
       (SELECT count(*) FROM posting WHERE company_id = :company_id AND account_id = :account_id) AS postings
