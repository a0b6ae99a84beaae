-- Takes over identity's facts unless newer ones are kept.
UPDATE account SET country = $2::text, corporate = $3::boolean, principal_name = $4::text,
       billing_address_present = $5::boolean,
       facts_time = $6::timestamptz
 WHERE account_id = $1::uuid AND (facts_time IS NULL OR facts_time <= $6::timestamptz)
