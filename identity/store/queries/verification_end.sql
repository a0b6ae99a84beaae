-- Nobody is asked any more.
-- in: submission_id id
DELETE FROM verification WHERE submission_id = :submission_id
