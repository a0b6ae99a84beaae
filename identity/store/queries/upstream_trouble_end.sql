-- A partner is in that trouble no more.
-- in: trouble_id id, end_time time
UPDATE upstream_trouble SET end_time = :end_time WHERE trouble_id = :trouble_id
