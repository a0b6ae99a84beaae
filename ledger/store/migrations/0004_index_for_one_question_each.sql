-- Each index serves one question and cannot be mistaken for another's, whatever the planner believes about a table that is still new:
-- revokes ask by source (an update of a lot by its key must not read all lots of an account),
DROP INDEX lot_by_source;
CREATE INDEX lot_by_source ON lot (company_id, source_account_id, account_id, sequence);

-- and the sweep asks by second (a batch asks by account).
DROP INDEX hold_active_by_expiry;
CREATE INDEX hold_active_by_expiry ON hold (date_trunc('second', expire_time AT TIME ZONE 'UTC')) WHERE state = 1;
