-- A factor that waits for its first proof, in the place of one of its kind that waited before.
-- in: factor_id id, principal_id id, kind text, name text, secret_sealed bytes?, create_time time
WITH earlier AS (
    DELETE FROM factor WHERE principal_id = :principal_id AND kind = :kind AND (confirm_time IS NULL) IS TRUE -- not for an index
)
INSERT INTO factor (factor_id, principal_id, kind, name, secret_sealed, counter, create_time)
VALUES (:factor_id, :principal_id, :kind, :name, :secret_sealed, 0, :create_time)
