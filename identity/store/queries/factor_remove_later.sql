-- A factor goes at a time, unless it is proved before; one that goes already keeps its time.
-- in: principal_id id, factor_id id, remove_time time
-- out: remove_time time?
UPDATE factor SET remove_time = coalesce(remove_time, :remove_time) WHERE factor_id = :factor_id AND principal_id = :principal_id
RETURNING remove_time
