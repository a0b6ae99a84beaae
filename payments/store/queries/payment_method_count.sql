-- How many methods the account has saved, and whether this card is among them.
-- in: account_id id, fingerprint bytes
-- out: saved int64, is_among bool
SELECT count(*) FILTER (WHERE state IN ('VERIFYING', 'ACTIVE', 'EXPIRED')) AS saved,
       count(*) FILTER (WHERE fingerprint = :fingerprint AND state IN ('VERIFYING', 'ACTIVE')) > 0 AS is_among
  FROM payment_method WHERE account_id = :account_id
