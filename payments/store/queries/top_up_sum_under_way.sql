-- What is on its way to an account or was paid by it, by whether the provider has it yet, and currency.
SELECT received, currency, sum(amount_micros)::bigint
  FROM (SELECT state NOT IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL') AS received, currency, amount_micros
          FROM top_up
         WHERE target_account_id = $1::uuid
           AND state IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL', 'SUCCEEDED', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING')
        UNION ALL
        SELECT state NOT IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL'), currency, amount_micros
          FROM top_up
         WHERE account_id = $1::uuid AND (target_account_id <> $1::uuid) IS TRUE
           AND state IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL', 'SUCCEEDED', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING')) AS under_way
 GROUP BY received, currency
 ORDER BY received, currency LIMIT 16
