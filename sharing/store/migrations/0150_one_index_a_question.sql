-- An index that answers a question in part costs as much as the right one while the planner knows of few rows, and the plan is kept. So the
-- second index of a table says, by a condition that is always true, which questions it is for: those that compare that column.
DROP INDEX asset_by_owner;
CREATE INDEX asset_by_owner ON asset (company_id, owner_account_id, asset_id) WHERE owner_account_id IS NOT NULL;

DROP INDEX coupon_pool_by_account;
CREATE INDEX coupon_pool_by_account ON coupon_pool (company_id, account_id, pool_id) WHERE account_id IS NOT NULL;
