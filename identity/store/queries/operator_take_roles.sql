-- An operator loses all roles but these.
-- in: principal_id id, kept text[]
DELETE FROM operator_grant WHERE principal_id = :principal_id AND role <> ALL (:kept)
