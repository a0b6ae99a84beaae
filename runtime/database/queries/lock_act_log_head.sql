-- Makes this transaction the one that numbers acts, once another has done so.
-- out: position int64
SELECT position FROM act_log_head WHERE one FOR UPDATE
