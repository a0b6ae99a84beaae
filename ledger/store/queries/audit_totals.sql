-- How much there is of a company, and what its postings sum to.
SELECT (SELECT count(*) FROM account WHERE company_id = $1), (SELECT count(*) FROM entry WHERE company_id = $1),
       (SELECT count(*) FROM posting WHERE company_id = $1)
