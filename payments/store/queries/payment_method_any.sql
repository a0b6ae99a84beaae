-- Whether a card's fingerprint was ever kept; asked once, at the start.
SELECT EXISTS (SELECT FROM payment_method)
