-- A relation's end is asked for, or that is taken back.
-- in: relation_id id, effective_time time?, end_asked_time time?, end_asked_by id?, end_asked_account_id id?
UPDATE relation SET effective_time = :effective_time, end_asked_time = :end_asked_time, end_asked_by = :end_asked_by,
    end_asked_account_id = :end_asked_account_id
WHERE relation_id = :relation_id
