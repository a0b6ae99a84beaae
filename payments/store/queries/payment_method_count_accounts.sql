-- On how many other accounts a card is, or is about to be.
-- in: fingerprint bytes, account_id id
-- out: accounts int64
SELECT count(DISTINCT account_id) AS accounts
  FROM payment_method
 WHERE fingerprint = :fingerprint AND account_id <> :account_id AND state IN ('NEW', 'VERIFYING', 'ACTIVE', 'EXPIRED')
