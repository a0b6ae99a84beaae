-- What asks for one saga by its id, if it is not finished, is no question for the index of those that are due: it says so by a condition that
-- only a comparison of the time fulfils.
DROP INDEX gateway.saga_due;
CREATE INDEX saga_due ON gateway.saga (due_time) WHERE finish_time IS NULL AND due_time IS NOT NULL;
