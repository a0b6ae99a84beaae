-- The account, locked: one mutation of an account at a time.
-- in: account_id id
-- out: as account_find
SELECT account_id, currency, currency_set_time, country, corporate, principal_name, billing_address_present, facts_time,
    provider_customer,
       closed_time
  FROM account WHERE account_id = :account_id FOR UPDATE
