-- Takes submissions in hand that are due, until a moment; whoever has taken one and ends leaves it to another then. It counts as tried once it
-- was asked about in vain.
-- in: now time, until_time time, limit int64
-- out: submission_id id, kind text, tries int64
UPDATE verification SET due_time = :until_time
WHERE submission_id = ANY (ARRAY(SELECT submission_id FROM verification WHERE due_time <= :now ORDER BY due_time LIMIT :limit FOR UPDATE SKIP LOCKED))
RETURNING submission_id, kind, tries + 1 AS tries
