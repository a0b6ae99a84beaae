-- Purchases that are not what their entries and refunds say, or whose lots did not pay what the purchase says lots paid (D.9, E16), were
-- not there, had not so much, or were taken out of their order (which a refund to a lot of the account excuses).
-- The first six bytes of an entry's id are its chain's, the last seven its sequence. What an account had bought in a chain of its own is
-- refunded where it is now, and belongs to the chain where it was bought.
-- Of one account only, when account_id names it.
-- in: as audit_postings
-- out: as audit_bills
WITH moved AS MATERIALIZED (
    SELECT before.account_id, there.number
    FROM (SELECT account_id FROM account WHERE company_id = :company_id AND moved_time IS NOT NULL) AS before
    CROSS JOIN LATERAL (
        SELECT number FROM account AS there WHERE there.account_id = before.account_id AND there.moved_time IS NULL LIMIT 1
    ) AS there
),
account AS MATERIALIZED (
    SELECT account_id, number, moved_in_sequence FROM account WHERE company_id = :company_id
),
entry AS MATERIALIZED (
    SELECT entry.kind, entry.sequence, entry.amount_micros, entry.recorded_time, entry.reference_id, account.account_id
    FROM (SELECT * FROM entry WHERE chain = :chain AND kind IN (3, 4, 11) OFFSET 0) AS entry
    LEFT JOIN account ON account.number = entry.account
    WHERE (entry.kind = 4 AND account.moved_in_sequence IS NOT NULL AND left(replace(entry.reference_id::text, '-', ''), 12)
           = encode(substring(sha256(uuid_send(account.account_id)) FROM 1 FOR 6), 'hex')) IS NOT TRUE
    UNION ALL
    SELECT refund.kind, refund.sequence, refund.amount_micros, refund.recorded_time, refund.reference_id, moved.account_id
    FROM moved
    CROSS JOIN LATERAL (SELECT * FROM entry WHERE entry.account = moved.number AND entry.kind = 4 OFFSET 0) AS refund
    WHERE left(replace(refund.reference_id::text, '-', ''), 12) = encode(substring(sha256(uuid_send(:company_id)) FROM 1 FOR 6), 'hex')
),
lot AS MATERIALIZED (
    SELECT account.account_id, lot.sequence, lot.spent_micros
    FROM account
    CROSS JOIN LATERAL (SELECT * FROM lot WHERE lot.account = account.number OFFSET 0) AS lot
    WHERE EXISTS (SELECT FROM purchase_lot WHERE company_id = :company_id LIMIT 1)
)
SELECT *
FROM (
    SELECT coalesce(entry.account_id, purchase.account_id), coalesce(purchase.amount_micros, 0), coalesce(entry.amount_micros, 0)
    FROM (SELECT * FROM purchase WHERE company_id = :company_id OFFSET 0) AS purchase
    FULL JOIN (SELECT * FROM entry WHERE kind IN (3, 11)) AS entry USING (sequence)
    WHERE (purchase.account_id, purchase.amount_micros, purchase.recorded_time)
          IS DISTINCT FROM (entry.account_id, entry.amount_micros, entry.recorded_time)
    UNION ALL
    SELECT coalesce(purchase.account_id, '00000000-0000-0000-0000-000000000000'),
           coalesce(paid_transferred_in_micros - refunded_transferred_in_micros, 0),
               coalesce(paid_micros - lots.refunded_micros, 0)::bigint
    FROM (SELECT * FROM purchase WHERE company_id = :company_id OFFSET 0) AS purchase
    FULL JOIN (
        SELECT purchase_sequence AS sequence, sum(paid_micros) AS paid_micros, sum(refunded_micros) AS refunded_micros
        FROM purchase_lot
        WHERE company_id = :company_id
        GROUP BY purchase_sequence
    ) AS lots USING (sequence)
    WHERE coalesce(paid_transferred_in_micros, 0) <> coalesce(paid_micros, 0)
       OR coalesce(refunded_transferred_in_micros, 0) <> coalesce(lots.refunded_micros, 0)
    UNION ALL
    SELECT purchase.account_id,
        (refunded_transferred_in_micros + refunded_own_micros + refunded_refund_credit_micros + refunded_credit_micros),
           coalesce(told.refunded_micros, 0)::bigint
    FROM (SELECT * FROM purchase WHERE company_id = :company_id OFFSET 0) AS purchase
    FULL JOIN (
        SELECT ('x' || right(replace(reference_id::text, '-', ''), 14))::bit(56)::bigint AS sequence,
            sum(amount_micros) AS refunded_micros
        FROM entry
        WHERE kind = 4
        GROUP BY 1
    ) AS told USING (sequence)
    WHERE purchase.sequence IS NULL OR coalesce(told.refunded_micros, 0)
          <> refunded_transferred_in_micros + refunded_own_micros + refunded_refund_credit_micros + refunded_credit_micros
    UNION ALL
    SELECT purchase.account_id, purchase_lot.paid_micros, 0
    FROM (SELECT * FROM purchase_lot WHERE company_id = :company_id OFFSET 0) AS purchase_lot
    LEFT JOIN (SELECT * FROM purchase
        WHERE company_id = :company_id OFFSET 0) AS purchase ON purchase.sequence = purchase_lot.purchase_sequence
    LEFT JOIN lot ON lot.account_id = purchase.account_id
        AND lot.sequence = purchase_lot.lot_sequence
    WHERE lot.sequence IS NULL
    UNION ALL
    SELECT account_id, paid_micros, 0
    FROM (
        SELECT purchase.account_id, purchase_lot.paid_micros, purchase_lot.lot_sequence,
               lag(purchase_lot.lot_sequence) OVER (PARTITION BY purchase.account_id
                                                    ORDER BY purchase_lot.purchase_sequence,
                                                        purchase_lot.lot_sequence) AS lot_before,
               sum(purchase_lot.refunded_micros) OVER (PARTITION BY purchase.account_id) AS refunded_micros
        FROM (SELECT * FROM purchase_lot WHERE company_id = :company_id OFFSET 0) AS purchase_lot
        JOIN (SELECT * FROM purchase
            WHERE company_id = :company_id OFFSET 0) AS purchase ON purchase.sequence = purchase_lot.purchase_sequence
    ) AS paid
    WHERE refunded_micros = 0 AND lot_sequence < lot_before
    UNION ALL
    SELECT purchase.account_id, sum(purchase_lot.paid_micros - purchase_lot.refunded_micros)::bigint, lot.spent_micros
    FROM (SELECT * FROM purchase_lot WHERE company_id = :company_id OFFSET 0) AS purchase_lot
    JOIN (SELECT * FROM purchase
        WHERE company_id = :company_id OFFSET 0) AS purchase ON purchase.sequence = purchase_lot.purchase_sequence
    JOIN lot ON lot.account_id = purchase.account_id
        AND lot.sequence = purchase_lot.lot_sequence
    GROUP BY purchase.account_id, lot.sequence, lot.spent_micros
    HAVING lot.spent_micros < sum(purchase_lot.paid_micros - purchase_lot.refunded_micros)
) AS found (account_id, kept_micros, told_micros)
WHERE :account_id IS NULL OR account_id = :account_id
ORDER BY account_id, kept_micros, told_micros
LIMIT 10
