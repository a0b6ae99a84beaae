-- What the provider needs to charge a method: its token and the account's customer.
SELECT m.provider_token, a.provider_customer
  FROM payment_method m JOIN account a ON a.account_id = m.account_id
 WHERE m.account_id = $1::uuid AND m.payment_method_id = $2::uuid
