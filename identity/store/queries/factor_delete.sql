-- A factor goes.
-- in: principal_id id, factor_id id
DELETE FROM factor WHERE factor_id = :factor_id AND principal_id = :principal_id
