-- An account's records that wait, in the order in which they were taken; a correction not before what it corrects is rated, parked or booked.
-- original_state: of what it corrects; refused_fold_id: with which that was refused.
-- in: account_id id, limit int64
-- out: source text, record_id text, line_id id, sku_id text, region_id text, quantity_micros int64, start_time time, original_state int64?,
-- out: refused_fold_id id?
SELECT waiting.source, waiting.record_id, waiting.line_id, waiting.sku_id, waiting.region_id, waiting.quantity_micros, waiting.start_time,
       original.state AS original_state, CASE fold.state WHEN 3 THEN original.fold_id END AS refused_fold_id
FROM usage_record AS waiting
LEFT JOIN LATERAL (
    SELECT state::bigint AS state, fold_id
    FROM usage_record AS kept
    WHERE kept.source = waiting.source AND kept.record_id = waiting.corrected_id
    LIMIT 1
) AS original ON true
LEFT JOIN LATERAL (SELECT state FROM usage_fold WHERE usage_fold.fold_id = original.fold_id LIMIT 1) AS fold ON true
WHERE waiting.account_id = :account_id AND waiting.state = 1 AND coalesce(original.state, 2) > 1 AND coalesce(fold.state, 2) > 1
ORDER BY waiting.line_id
LIMIT :limit
