-- On how many other accounts a card is, or is about to be.
SELECT count(DISTINCT account_id)
  FROM payment_method
 WHERE fingerprint = $1::bytea AND account_id <> $2::uuid AND state IN ('NEW', 'VERIFYING', 'ACTIVE', 'EXPIRED')
