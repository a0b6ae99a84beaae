-- Adds a region; nothing when another has its id.
-- in: region_id text, name text, country text, create_time time
-- out: region_id text
INSERT INTO region (region_id, name, country, create_time)
VALUES (:region_id, :name, :country, :create_time)
ON CONFLICT (region_id) DO NOTHING
RETURNING region_id
