-- The person of a document's number, made when it is new. The update changes nothing: it makes the row come back.
-- in: person_id id, number_index bytes, create_time time
-- out: person_id id
INSERT INTO person (person_id, number_index, create_time) VALUES (:person_id, :number_index, :create_time)
ON CONFLICT ON CONSTRAINT person_has_one_number DO UPDATE SET number_index = excluded.number_index
RETURNING person_id
