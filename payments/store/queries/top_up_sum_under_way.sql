-- What is on its way to an account or was paid by it, by whether the provider has it yet, and currency.
-- in: target_account_id id
-- out: received bool, currency text, sum_micros int64
SELECT received, currency, sum(amount_micros)::bigint AS sum_micros
  FROM (SELECT state NOT IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL') AS received, currency, amount_micros
          FROM top_up
         WHERE target_account_id = :target_account_id
           AND state IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL', 'SUCCEEDED', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING')
        UNION ALL
        SELECT state NOT IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL'), currency, amount_micros
          FROM top_up
         WHERE account_id = :target_account_id AND (target_account_id <> :target_account_id) IS TRUE
           AND state IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL', 'SUCCEEDED', 'IN_SUSPENSE', 'RETURNING',
               'REFUNDING')) AS under_way
 GROUP BY received, currency
 ORDER BY received, currency LIMIT 16
