-- Reads how long a company's chain is.
-- in: company_id id
-- out: length int64
SELECT length FROM chain WHERE company_id = :company_id
