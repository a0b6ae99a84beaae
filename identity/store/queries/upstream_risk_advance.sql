-- How far a risk is.
-- in: risk_id id, told int64, next_time time?, bridge_time time?, ran_out_time time?, end_time time?
UPDATE relation_risk SET told = :told, next_time = :next_time, bridge_time = :bridge_time, ran_out_time = :ran_out_time, end_time = :end_time
WHERE risk_id = :risk_id
