-- Freezes that ended by themselves and are not noted as ended, the longest past first.
-- in: now time, limit int64
-- out: freeze_id id, account_id id
SELECT freeze_id, account_id FROM account_freeze WHERE due_time <= :now ORDER BY due_time LIMIT :limit
