-- The answer to an offer: agreed to, when it begins.
-- in: relation_id id, version int64, answer_time time, answered_by id, begin_time time?
UPDATE relation_offer SET answer_time = :answer_time, answered_by = :answered_by, begin_time = :begin_time
WHERE relation_id = :relation_id AND version = :version
