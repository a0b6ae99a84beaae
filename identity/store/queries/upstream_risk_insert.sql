-- A relation is at risk.
-- in: risk_id id, relation_id id, trouble_id id, customer_account_id id, begin_time time, grace_end_time time, told int64, next_time time?
INSERT INTO relation_risk (risk_id, relation_id, trouble_id, customer_account_id, begin_time, grace_end_time, told, next_time)
VALUES (:risk_id, :relation_id, :trouble_id, :customer_account_id, :begin_time, :grace_end_time, :told, :next_time)
