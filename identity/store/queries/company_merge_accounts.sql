-- All verified accounts of one company are of another from now on.
-- in: company_id id, merged_company_id id
-- out: submission_id id, account_id id, country text, scheme text
UPDATE company_submission SET company_id = :company_id
WHERE company_id = :merged_company_id AND (state = 'VERIFIED') IS TRUE
RETURNING submission_id, account_id, country, scheme
