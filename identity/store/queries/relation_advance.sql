-- How far a relation is.
-- in: relation_id id, begin_time time?, end_time time?, outcome text?
UPDATE relation SET begin_time = :begin_time, end_time = :end_time, outcome = :outcome WHERE relation_id = :relation_id
