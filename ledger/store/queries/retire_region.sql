-- Retires a region, which is held.
-- in: region_id text, retire_time time
UPDATE region SET retire_time = :retire_time WHERE region_id = :region_id
