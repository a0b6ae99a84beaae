-- Due now; open again when it ended early.
UPDATE gateway.saga SET due_time = $2::timestamptz, finish_time = NULL, outcome = ''
WHERE saga_id = $1::uuid AND (finish_time IS NULL OR outcome <> 'DONE')
