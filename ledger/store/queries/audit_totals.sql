-- How much there is of a company, and what its postings sum to.
-- in: company_id id
-- out: accounts int64, entries int64, postings int64
SELECT (SELECT count(*) FROM account WHERE company_id = :company_id) AS accounts, (SELECT count(*) FROM entry
    WHERE company_id = :company_id) AS entries,
       (SELECT count(*) FROM posting WHERE company_id = :company_id) AS postings
