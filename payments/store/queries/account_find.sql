-- An account as payments knows it.
-- in: account_id id
-- out: account_id id, currency text?, currency_set_time time?, country text, corporate bool, principal_name text,
-- out: billing_address_present bool, facts_time time?, provider_customer text?, closed_time time?
SELECT account_id, currency, currency_set_time, country, corporate, principal_name, billing_address_present, facts_time,
    provider_customer,
       closed_time
  FROM account WHERE account_id = :account_id
