-- What the provider needs to charge a method: its token and the account's customer.
-- in: account_id id, payment_method_id id
-- out: provider_token text?, provider_customer text?
SELECT m.provider_token, a.provider_customer
  FROM payment_method m JOIN account a ON a.account_id = m.account_id
 WHERE m.account_id = :account_id AND m.payment_method_id = :payment_method_id
