-- Keeps what became of a real name; no operator when a verifier decided.
-- in: submission_id id, state text, reason text, decide_time time?, decided_by id?
UPDATE real_name SET state = :state, reason = :reason, decide_time = :decide_time, decided_by = :decided_by
WHERE submission_id = :submission_id
