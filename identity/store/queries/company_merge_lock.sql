-- Both companies of a merge, until the transaction ends; merged: one was merged before.
-- in: company_id id, merged_company_id id
-- out: company_id id, main_account_id id?, merged bool
SELECT company_id, main_account_id, merged_into IS NOT NULL AS merged
FROM company WHERE company_id IN (:company_id, :merged_company_id) ORDER BY company_id FOR UPDATE
