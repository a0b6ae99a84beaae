-- Keeps a freeze: in force from begin_time, or pending without one.
-- in: freeze_id id, account_id id, level text, reason text, created_by id, create_time time, confirm_until_time time?, begin_time time?,
-- in: expire_time time?, due_time time?, partner_account_id id?
INSERT INTO account_freeze (freeze_id, account_id, level, reason, created_by, create_time, confirm_until_time, begin_time, expire_time, due_time,
    partner_account_id)
VALUES (:freeze_id, :account_id, :level, :reason, :created_by, :create_time, :confirm_until_time, :begin_time, :expire_time,
    :due_time, :partner_account_id)
