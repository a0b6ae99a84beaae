-- An index that answers a question in part costs as much as the right one while the planner knows of few rows, and the plan is kept. So the
-- second index of a table says, by a condition that is always true, which questions it is for: those that compare that column.
DROP INDEX attempt_by_subject;
CREATE INDEX attempt_by_subject ON attempt (account_id, subject_id) WHERE subject_id IS NOT NULL;

DROP INDEX hold_proves_a_method_once;
CREATE UNIQUE INDEX hold_proves_a_method_once ON hold (account_id, payment_method_id) WHERE payment_method_id IS NOT NULL;

CREATE INDEX payment_method_by_expiry ON payment_method ((expiry_year * 12 + expiry_month - 1)) WHERE state = 'ACTIVE';

DROP INDEX top_up_under_way_to;
CREATE INDEX top_up_under_way_to ON top_up (target_account_id)
 WHERE state IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL', 'SUCCEEDED', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING') AND target_account_id IS NOT NULL;
DROP INDEX top_up_under_way_of;
CREATE INDEX top_up_under_way_of ON top_up (account_id)
 WHERE state IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL', 'SUCCEEDED', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING') AND account_id IS NOT NULL;
