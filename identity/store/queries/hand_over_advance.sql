-- A hand-over goes on: its contacts are proved, or it ends.
-- in: account_id id, hand_over_id id, prove_time time?, end_time time?, outcome text?, successor_id id?, approved_by id?
UPDATE hand_over SET prove_time = :prove_time, end_time = :end_time, outcome = :outcome, successor_id = :successor_id,
    approved_by = :approved_by
WHERE account_id = :account_id AND hand_over_id = :hand_over_id
