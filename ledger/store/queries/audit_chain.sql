-- Reads a stretch of a chain as it was hashed: entries by sequence, once for each of their postings that stand beside them. The ids of
-- accounts, which are what was hashed, are looked up only on demand. A transfer has the lot that it opened beside it, if it opened one.
-- in: chain int64, after_sequence int64, to_sequence int64, with_ids bool
-- out: sequence int64, form int64, kind int64, account_id id?, other_account_id id?, sub_account_id id?, amount_micros int64,
-- out: currency text, remark text, tag text, reference_id id?, request_key id?, body_key id?, actor_id id?, actor_reference id?,
-- out: effective_time time, recorded_time time, hash bytes, book int64, change_micros int64, balance_micros int64,
-- out: other_book int64?, other_balance_micros int64?, posting_book int64?, posting_amount_micros int64?,
-- out: posting_balance_micros int64?, lot_granted_micros int64?, lot_spent_micros int64?, lot_revoked_micros int64?,
-- out: lot_is_of_source bool, outcome bytes?, account int64, other_account int64?, named int64?
SELECT entry.sequence, entry.form::bigint, entry.kind::bigint, acting.account_id, other.account_id AS other_account_id,
       entry.sub_account_id, entry.amount_micros, entry.currency, entry.remark, entry.tag, entry.reference_id, entry.request_key,
       entry.body_key, entry.actor_id, entry.actor_reference, coalesce(entry.effective_time, entry.recorded_time) AS effective_time,
       entry.recorded_time, entry.hash, entry.book::bigint, entry.change_micros, entry.balance_micros,
       entry.other_book::bigint, entry.other_balance_micros, posting.book::bigint AS posting_book,
       posting.amount_micros AS posting_amount_micros, posting.balance_micros AS posting_balance_micros,
       lot.granted_micros AS lot_granted_micros, lot.spent_micros AS lot_spent_micros, lot.revoked_micros AS lot_revoked_micros,
       coalesce(lot.source = CASE WHEN entry.kind = 19 THEN named.number ELSE entry.account END
                AND lot.kind = CASE WHEN coalesce(received.kind, entry.kind) IN (4, 21) THEN 2 ELSE 1 END, false) AS lot_is_of_source, entry.outcome,
       entry.account::bigint, entry.other_account::bigint, named.number::bigint AS named
FROM (
    SELECT *, CASE WHEN kind IN (1, 21) AND other_account <> account THEN other_account WHEN kind = 19 AND book = 2 THEN account END AS opens_lot_of,
           CASE WHEN kind = 19 THEN sub_account_id END AS named_id, CASE WHEN kind = 19 AND book = 2 THEN reference_id END AS received_id, CASE WHEN :with_ids THEN account END AS account_asked,
           CASE WHEN :with_ids THEN other_account END AS other_asked
    FROM entry
) AS entry
LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.account_asked LIMIT 1) AS acting ON true
LEFT JOIN LATERAL (SELECT account_id FROM account WHERE account.number = entry.other_asked LIMIT 1) AS other ON true
LEFT JOIN LATERAL (
    SELECT posting.book, posting.amount_micros, posting.balance_micros
    FROM unnest(CASE WHEN entry.book < 0 THEN ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9] END) AS shelf (book)
    CROSS JOIN LATERAL (
        SELECT *
        FROM posting
        WHERE posting.account = entry.account AND posting.book = shelf.book AND posting.sequence = entry.sequence
            AND posting.chain = entry.chain
        LIMIT 1
    ) AS posting
) AS posting ON true
LEFT JOIN LATERAL (
    SELECT granted_micros, spent_micros, revoked_micros, source, kind
    FROM lot
    WHERE lot.account = entry.opens_lot_of AND lot.sequence = entry.sequence
    LIMIT 1
) AS lot ON true
LEFT JOIN LATERAL (SELECT number FROM account WHERE account.account_id = entry.named_id AND account.moved_time IS NULL LIMIT 1) AS named ON true
LEFT JOIN LATERAL (SELECT kind FROM transit WHERE transit.transit_id = entry.received_id LIMIT 1) AS received ON true
WHERE entry.chain = :chain AND entry.sequence > :after_sequence AND entry.sequence <= :to_sequence
ORDER BY entry.sequence
