-- How many methods the account has saved, and whether this card is among them.
SELECT count(*) FILTER (WHERE state IN ('VERIFYING', 'ACTIVE', 'EXPIRED')),
       count(*) FILTER (WHERE fingerprint = $2::bytea AND state IN ('VERIFYING', 'ACTIVE')) > 0
  FROM payment_method WHERE account_id = $1::uuid
