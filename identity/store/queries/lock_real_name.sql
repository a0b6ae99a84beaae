-- A real name, for a decision.
-- in: submission_id id
-- out: as list_real_names
SELECT submission_id, account_id, person_id, country, kind, name_sealed, number_sealed, expire_time, state, reason, submit_time, decide_time
FROM real_name
WHERE submission_id = :submission_id
FOR UPDATE
