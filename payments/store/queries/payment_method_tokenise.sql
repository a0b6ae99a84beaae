-- Takes the provider's token: NEW becomes VERIFYING.
UPDATE payment_method SET state = $4::text, provider_token = $5::text, card_country = $6::text
 WHERE account_id = $1::uuid AND payment_method_id = $2::uuid AND state = $3::text
