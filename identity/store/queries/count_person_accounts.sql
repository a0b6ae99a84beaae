-- Counts an account more, or less, that is verified to a person (ID-19).
-- in: person_id id, more int64
UPDATE person SET accounts = accounts + :more WHERE person_id = :person_id
