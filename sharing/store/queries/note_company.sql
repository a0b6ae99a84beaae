-- A company under which something is kept; one that is there stays as it is.
-- in: company_id id
INSERT INTO company (company_id) VALUES (:company_id) ON CONFLICT (company_id) DO NOTHING
