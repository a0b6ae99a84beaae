-- Answers to one relation wait for each other; what they decide on is read after this.
-- in: relation_id id
-- out: relation_id id
SELECT relation_id FROM relation WHERE relation_id = :relation_id FOR UPDATE
