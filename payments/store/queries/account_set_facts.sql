-- Takes over identity's facts unless newer ones are kept.
-- in: account_id id, country text, corporate bool, principal_name text, billing_address_present bool, facts_time time
UPDATE account SET country = :country, corporate = :corporate, principal_name = :principal_name,
       billing_address_present = :billing_address_present,
       facts_time = :facts_time
 WHERE account_id = :account_id AND (facts_time IS NULL OR facts_time <= :facts_time)
