-- The real name that an account is verified by, for a decision.
-- in: account_id id
-- out: as list_real_names
SELECT submission_id, account_id, person_id, country, kind, name_sealed, number_sealed, expire_time, state, reason, submit_time, decide_time
FROM real_name
WHERE account_id = :account_id AND (state = 'VERIFIED') IS TRUE
FOR UPDATE
