-- Reads how long a company's chain is.
SELECT length FROM chain WHERE company_id = $1
