-- Why the account could not take the money, and since when.
-- in: account_id id, top_up_id id, suspense_reason text, suspense_time time
UPDATE top_up SET suspense_reason = :suspense_reason, suspense_time = :suspense_time WHERE account_id = :account_id
    AND top_up_id = :top_up_id
