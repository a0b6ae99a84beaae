-- Takes a company that may move, alone, until the transaction ends.
-- in: company_id id
-- out: as hold_company
SELECT into_company_id FROM company WHERE company_id = :company_id FOR UPDATE
