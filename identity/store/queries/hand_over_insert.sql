-- A hand-over begins, in the place of what is under way in the account, which is locked (ID-27).
-- in: hand_over_id id, account_id id, leaver_id id, begun_by id, by_operator bool, reason text, email_sealed bytes, email_index bytes,
-- in: phone_sealed bytes, phone_index bytes, create_time time, cancelled text
WITH cancelled AS (
    UPDATE hand_over SET end_time = :create_time, outcome = :cancelled WHERE account_id = :account_id AND (end_time IS NULL) IS TRUE
)
INSERT INTO hand_over (hand_over_id, account_id, leaver_id, begun_by, by_operator, reason, email_sealed, email_index, phone_sealed,
    phone_index, create_time)
VALUES (:hand_over_id, :account_id, :leaver_id, :begun_by, :by_operator, :reason, :email_sealed, :email_index, :phone_sealed,
    :phone_index, :create_time)
