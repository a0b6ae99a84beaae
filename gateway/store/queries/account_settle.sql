-- Decides where the account's money begins, and whose benefits it shares, each once; the answer is what was decided.
-- in: account_id id, company_id id?, benefit_company_id id?
-- out: as account_read
UPDATE gateway.account
SET company_id = coalesce(company_id, :company_id),
    benefit_company_id = coalesce(benefit_company_id, nullif(company_id, account_id), :benefit_company_id)
WHERE account_id = :account_id
RETURNING company_id, coalesce(chain_id, company_id) AS chain_id, benefit_company_id,
    coalesce(sharing_company_id, benefit_company_id, nullif(company_id, account_id)) AS sharing_company_id, told_company_id, lease_time
