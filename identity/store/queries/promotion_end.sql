-- Ends a promotion that was locked.
-- in: promotion_id id, now time
UPDATE promotion SET end_time = :now WHERE promotion_id = :promotion_id
