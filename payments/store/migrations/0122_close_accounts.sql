-- A closed account is topped up no more; and what is on its way to an account, or was paid by it, is found.
ALTER TABLE account ADD COLUMN closed_time timestamptz;

CREATE INDEX top_up_under_way_to ON top_up (target_account_id)
 WHERE state IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL', 'SUCCEEDED', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING');
CREATE INDEX top_up_under_way_of ON top_up (account_id)
 WHERE state IN ('CREATED', 'PENDING', 'UNKNOWN', 'MANUAL', 'SUCCEEDED', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING');
