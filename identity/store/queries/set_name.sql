-- How a principal is called from now on.
-- in: principal_id id, name_sealed bytes?
UPDATE principal SET name_sealed = :name_sealed WHERE principal_id = :principal_id
