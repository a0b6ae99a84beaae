-- Holds a company where it is until the transaction ends, together with whoever else changes something under it.
-- in: company_id id
-- out: into_company_id id?
SELECT into_company_id FROM company WHERE company_id = :company_id FOR SHARE
