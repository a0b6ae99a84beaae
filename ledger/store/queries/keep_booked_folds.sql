-- Keeps what became of folds' orders: booked as an entry, or refused for a reason.
-- in: fold_ids id[], entry_ids id[], reasons text[]
UPDATE usage_fold
SET state = CASE WHEN answered.reason IS NULL THEN 2 ELSE 3 END, entry_id = answered.entry_id, reason = answered.reason
FROM unnest(:fold_ids, :entry_ids, :reasons) AS answered (fold_id, entry_id, reason)
CROSS JOIN LATERAL (SELECT ctid FROM usage_fold AS kept WHERE kept.fold_id = answered.fold_id LIMIT 1) AS place
WHERE usage_fold.ctid = place.ctid AND usage_fold.state < 2
