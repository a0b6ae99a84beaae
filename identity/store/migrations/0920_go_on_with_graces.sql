-- Customers of partners in trouble are told page by page, in one order.
DROP INDEX risk_that_comes;
CREATE INDEX risk_that_comes ON relation_risk (next_time, risk_id) WHERE next_time IS NOT NULL;
-- B.3: a grace goes on with what the one before it left.
CREATE INDEX risk_that_ended ON relation_risk (relation_id, risk_id) WHERE end_time IS NOT NULL;
