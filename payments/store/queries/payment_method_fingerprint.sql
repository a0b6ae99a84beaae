-- The fingerprint of a card.
-- in: account_id id, payment_method_id id
-- out: fingerprint bytes
SELECT fingerprint FROM payment_method WHERE account_id = :account_id AND payment_method_id = :payment_method_id
