-- Whether a card's fingerprint was ever kept; asked once, at the start.
-- out: found bool
SELECT EXISTS (SELECT FROM payment_method) AS found
