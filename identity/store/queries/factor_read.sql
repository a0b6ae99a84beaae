-- One factor of a principal.
-- in: principal_id id, factor_id id
-- out: kind text, name text, secret_sealed bytes?, create_time time, counts bool
SELECT kind, name, secret_sealed, create_time, confirm_time IS NOT NULL AS counts
FROM factor WHERE factor_id = :factor_id AND principal_id = :principal_id
