-- Persons that more accounts than five are verified to (ID-19), newest first.
-- in: before_id id, limit int64
-- out: person_id id, accounts int64
SELECT person_id, accounts FROM person WHERE accounts > 5 AND person_id < :before_id
ORDER BY person_id DESC LIMIT :limit
