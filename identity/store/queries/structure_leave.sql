-- Ends the group's edges over and under an account.
-- in: account_id id, end_time time
WITH under AS (
    UPDATE structure_edge SET end_time = :end_time WHERE parent_account_id = :account_id AND kind = 'GROUP'
        AND (end_time IS NULL) IS TRUE
)
UPDATE structure_edge SET end_time = :end_time WHERE child_account_id = :account_id AND kind = 'GROUP' AND end_time IS NULL
