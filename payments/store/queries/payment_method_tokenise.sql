-- Takes the provider's token: NEW becomes VERIFYING.
-- in: account_id id, payment_method_id id, state text, next text, provider_token text, card_country text
UPDATE payment_method SET state = :next, provider_token = :provider_token, card_country = :card_country
 WHERE account_id = :account_id AND payment_method_id = :payment_method_id AND state = :state
