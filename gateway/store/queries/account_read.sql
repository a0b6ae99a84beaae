-- Where an account's money and its benefits live; NULL before they were opened. company_id is where its money was at first, chain_id where it
-- is, told_company_id the company that the ledger knows it to be of, sharing_company_id that which sharing knows.
-- In nobody's hand it was last at lease_time.
-- in: account_id id
-- out: company_id id?, chain_id id?, benefit_company_id id?, sharing_company_id id?, told_company_id id?, lease_time time
SELECT company_id, coalesce(chain_id, company_id) AS chain_id, coalesce(benefit_company_id, nullif(company_id, account_id)) AS benefit_company_id,
    coalesce(sharing_company_id, benefit_company_id, nullif(company_id, account_id)) AS sharing_company_id, told_company_id, lease_time
FROM gateway.account
WHERE account_id = :account_id
