-- A hand-over begins, in the place of what is under way in the account, which is locked (ID-27).
-- in: hand_over_id id, account_id id, leaver_id id, begun_by id, by_operator bool, reason text, email_sealed bytes, email_index bytes,
-- in: phone_sealed bytes, phone_index bytes, create_time time, partner_account_id id?, cancelled text, lapsed text, lapsed_before_time time
WITH before AS (
    UPDATE hand_over SET outcome = CASE WHEN create_time > :lapsed_before_time THEN :cancelled ELSE :lapsed END,
        end_time = CASE WHEN create_time > :lapsed_before_time THEN :create_time ELSE create_time + (:create_time - :lapsed_before_time) END
    WHERE account_id = :account_id AND (end_time IS NULL) IS TRUE
)
INSERT INTO hand_over (hand_over_id, account_id, leaver_id, begun_by, by_operator, reason, email_sealed, email_index, phone_sealed,
    phone_index, create_time, partner_account_id)
VALUES (:hand_over_id, :account_id, :leaver_id, :begun_by, :by_operator, :reason, :email_sealed, :email_index, :phone_sealed,
    :phone_index, :create_time, :partner_account_id)
