-- Reads which lots paid for purchases, with the lots, in the order they were spent. LATERAL with LIMIT or OFFSET asks for each
-- by its whole key: joined, on tables that are still new, all lots of the company were gone through for each.
-- in: company_ids id[], sequences int64[]
-- out: as read_spendable_lots, company_id id, purchase_sequence int64, paid_micros int64, refunded_micros int64
SELECT purchase.account_id, lot.sequence, source.account_id AS source_account_id, lot.granted_micros, lot.spent_micros,
    lot.revoked_micros, lot.kind::bigint, purchase.company_id, purchase.sequence AS purchase_sequence, purchase_lot.paid_micros,
    purchase_lot.refunded_micros
FROM unnest(:company_ids, :sequences) AS wanted (company_id, sequence)
CROSS JOIN LATERAL (
    SELECT * FROM purchase WHERE purchase.company_id = wanted.company_id AND purchase.sequence = wanted.sequence LIMIT 1
) AS purchase
CROSS JOIN LATERAL (
    SELECT number
    FROM account
    WHERE account.company_id = purchase.company_id AND account.account_id = purchase.account_id AND moved_time IS NULL
    LIMIT 1
) AS account
CROSS JOIN LATERAL (
    SELECT *
    FROM purchase_lot
    WHERE purchase_lot.company_id = purchase.company_id AND purchase_lot.purchase_sequence = purchase.sequence
    OFFSET 0
) AS purchase_lot
CROSS JOIN LATERAL (
    SELECT * FROM lot WHERE lot.account = account.number AND lot.sequence = purchase_lot.lot_sequence LIMIT 1
) AS lot
CROSS JOIN LATERAL (SELECT account_id FROM account AS giver WHERE giver.number = lot.source LIMIT 1) AS source
ORDER BY purchase.company_id, purchase.sequence, lot.sequence
