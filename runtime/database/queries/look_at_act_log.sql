-- How the acts stand for a reader: whether the act of its cursor is there, whether some wait for their position, and between which positions
-- the acts of a span of time are. No transaction is under way for an hour: what was decided an hour before another act has the lower position.
-- in: position int64, act_id id, early_time time, late_time time
-- out: known bool, waiting bool, above int64, below int64
SELECT :position = 0 OR coalesce((SELECT position FROM act_log WHERE act_id = :act_id LIMIT 1) = :position, false) AS known,
       (SELECT told FROM act_log WHERE position IS NULL AND told > 0 ORDER BY told LIMIT 1) IS NOT NULL AS waiting,
       coalesce((SELECT position FROM act_log
                 WHERE position IS NOT NULL AND act_time < :early_time
                 ORDER BY act_time DESC LIMIT 1), 0) AS above,
       coalesce((SELECT position FROM act_log
                 WHERE position IS NOT NULL AND act_time >= :late_time
                 ORDER BY act_time LIMIT 1), position + 1) AS below
FROM act_log_head
WHERE one
