-- The fingerprint of a card.
SELECT fingerprint FROM payment_method WHERE account_id = $1::uuid AND payment_method_id = $2::uuid
