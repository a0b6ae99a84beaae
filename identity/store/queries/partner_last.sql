-- The last contract of an account.
-- in: account_id id
-- out: contract_id id, account_id id, reference text, begin_time time, end_time time?, authorised_by id
SELECT contract_id, account_id, reference, begin_time, end_time, authorised_by FROM partner_contract WHERE account_id = :account_id
ORDER BY contract_id DESC LIMIT 1
