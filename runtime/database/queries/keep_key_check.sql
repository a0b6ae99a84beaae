-- Keeps a key's check value, unless one is kept.
-- in: name text, value bytes
INSERT INTO key_check (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING
