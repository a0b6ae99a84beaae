-- An index that answers a question in part costs as much as the right one while the planner knows of few rows, and the plan is kept. So the
-- second index of a table says, by a condition that is always true, which questions it is for: those that compare that column.
DROP INDEX lot_by_source;
CREATE INDEX lot_by_source ON lot (company_id, source_account_id, account_id, sequence) WHERE source_account_id IS NOT NULL;

DROP INDEX hold_active_by_expiry;
CREATE INDEX hold_active_by_expiry ON hold (date_trunc('second', expire_time AT TIME ZONE 'UTC')) WHERE state = 1 AND placed_time IS NOT NULL;
