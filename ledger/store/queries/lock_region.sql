-- A region, held so that it is retired once.
-- in: region_id text
-- out: region_id text, name text, country text, create_time time, retire_time time?
SELECT region_id, name, country, create_time, retire_time FROM region WHERE region_id = :region_id FOR UPDATE
