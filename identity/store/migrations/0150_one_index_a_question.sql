-- An index that answers a question in part costs as much as the right one while the planner knows of few rows, and the plan is kept. So the
-- second index of a table says, by a condition that is always true, which questions it is for: those that compare that column.
DROP INDEX submission_of_account;
CREATE INDEX submission_of_account ON company_submission (account_id, submission_id) WHERE account_id IS NOT NULL;
CREATE INDEX submission_by_state ON company_submission (state, submission_id) WHERE state IS NOT NULL;

DROP INDEX session_of_principal;
CREATE INDEX session_of_principal ON session (principal_id, session_id) WHERE principal_id IS NOT NULL;

DROP INDEX message_due;
CREATE INDEX message_due ON message (next_time) WHERE state = 'QUEUED' AND next_time IS NOT NULL;
