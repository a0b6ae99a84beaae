-- Purchases that are not what their entry says, or whose lots did not pay what the purchase says lots paid (D.9, E16).
SELECT coalesce(entry.account_id, purchase.account_id), coalesce(purchase.amount_micros, 0), coalesce(entry.amount_micros, 0)
FROM (SELECT * FROM purchase WHERE company_id = $1) AS purchase
FULL JOIN (SELECT * FROM entry WHERE company_id = $1 AND kind IN (3, 11)) AS entry USING (sequence)
WHERE (purchase.account_id, purchase.amount_micros, purchase.recorded_time)
      IS DISTINCT FROM (entry.account_id, entry.amount_micros, entry.recorded_time)
UNION ALL
SELECT coalesce(purchase.account_id, '00000000-0000-0000-0000-000000000000'),
       coalesce(paid_transferred_in_micros - refunded_transferred_in_micros, 0), coalesce(paid_micros - lots.refunded_micros, 0)::bigint
FROM (SELECT * FROM purchase WHERE company_id = $1) AS purchase
FULL JOIN (
    SELECT purchase_sequence AS sequence, sum(paid_micros) AS paid_micros, sum(refunded_micros) AS refunded_micros
    FROM purchase_lot
    WHERE company_id = $1
    GROUP BY purchase_sequence
) AS lots USING (sequence)
WHERE coalesce(paid_transferred_in_micros, 0) <> coalesce(paid_micros, 0)
   OR coalesce(refunded_transferred_in_micros, 0) <> coalesce(lots.refunded_micros, 0)
ORDER BY 1
LIMIT 10
