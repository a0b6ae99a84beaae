-- Due now; open again when it ended early.
-- in: saga_id id, now time
UPDATE gateway.saga SET due_time = :now, finish_time = NULL, outcome = ''
WHERE saga_id = :saga_id AND (finish_time IS NULL OR outcome <> 'DONE')
