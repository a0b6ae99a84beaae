-- Where what was kept under a company is now; NULL or no row while it is where it was.
-- in: company_id id
-- out: as hold_company
SELECT into_company_id FROM company WHERE company_id = :company_id
