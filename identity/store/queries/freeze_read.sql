-- A freeze of an account; read under the account's lock.
-- in: account_id id, freeze_id id
-- out: as freeze_list
SELECT freeze_id, account_id, level, reason, created_by, create_time, confirm_until_time, confirmed_by, begin_time, expire_time, ended_by,
       end_time, outcome, partner_account_id
FROM account_freeze WHERE freeze_id = :freeze_id AND account_id = :account_id
