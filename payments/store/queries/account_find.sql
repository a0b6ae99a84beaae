-- An account as payments knows it.
SELECT account_id, currency, currency_set_time, country, corporate, principal_name, billing_address_present, facts_time, provider_customer,
       closed_time
  FROM account WHERE account_id = $1::uuid
