-- The freezes of all accounts before one, newest first; of one account, state and level when they are given. When it ends by itself is as
-- freeze_end_us says.
-- in: of_account_id id?, state text, level text, before_id id, now time, limit int64
-- out: freeze_id id, account_id id, level text, reason text, created_by id, create_time time, confirm_until_time time?, confirmed_by id?,
-- out: begin_time time?, expire_time time?, ended_by id?, end_time time?, outcome text?, partner_account_id id?
SELECT freeze_id, account_id, level, reason, created_by, create_time, confirm_until_time, confirmed_by, begin_time, expire_time, ended_by, end_time,
       outcome, partner_account_id
FROM account_freeze
WHERE freeze_id < :before_id AND level IS NOT NULL
    AND (:of_account_id::uuid IS NULL OR account_id = :of_account_id) IS TRUE
    AND (:level = '' OR level = :level)
    AND (:state = '' OR :state = CASE
        WHEN outcome IS NOT NULL THEN outcome
        WHEN begin_time IS NULL THEN CASE WHEN least(confirm_until_time, expire_time) <= :now THEN 'LAPSED' ELSE 'PENDING' END
        WHEN expire_time <= :now THEN 'EXPIRED'
        ELSE 'IN_FORCE'
    END)
ORDER BY freeze_id DESC
LIMIT :limit
