-- The check value of the key that this database's data is made with; asked at the start.
-- in: name text
-- out: value bytes
SELECT value FROM key_check WHERE name = :name
