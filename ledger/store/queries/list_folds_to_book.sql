-- Folds whose orders are to be sent, or were sent and not answered: those of whom the answer was lost hear it again by their request ids.
-- in: after_id id, limit int64
-- out: fold_id id, account_id id, effective_time time, currency text, order_micros int64
SELECT fold_id, account_id, effective_time, currency, order_micros
FROM usage_fold
WHERE state = 1 AND fold_id > :after_id
ORDER BY fold_id
LIMIT :limit
