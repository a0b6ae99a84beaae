-- Keeps what became of folds' orders: booked as an entry, or refused for a reason. What a refused one took into account, lines gave back still.
-- in: fold_ids id[], entry_ids id[], reasons text[]
WITH answer AS (
    UPDATE usage_fold
    SET state = CASE WHEN answered.reason IS NULL THEN 2 ELSE 3 END, entry_id = answered.entry_id, reason = answered.reason
    FROM unnest(:fold_ids, :entry_ids, :reasons) AS answered (fold_id, entry_id, reason)
    CROSS JOIN LATERAL (SELECT ctid FROM usage_fold AS kept WHERE kept.fold_id = answered.fold_id LIMIT 1) AS place
    WHERE usage_fold.ctid = place.ctid AND usage_fold.state < 2
    RETURNING usage_fold.account_id, usage_fold.state, usage_fold.order_micros - usage_fold.lines_micros AS carried
)
UPDATE usage_account
SET carried_micros = carried_micros + given.carried
FROM (SELECT account_id, sum(carried)::bigint AS carried FROM answer WHERE state = 3 AND carried <> 0 GROUP BY account_id) AS given
WHERE usage_account.account_id = given.account_id
