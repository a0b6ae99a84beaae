-- All that were at risk by a trouble that is over were told so.
-- in: trouble_id id, settle_time time
UPDATE upstream_trouble SET settle_time = :settle_time WHERE trouble_id = :trouble_id
