-- Decides where the account's money lives, once; the answer is where it does.
UPDATE gateway.account SET company_id = coalesce(company_id, $2::uuid) WHERE account_id = $1::uuid RETURNING company_id
