-- Locks who operates, and reads the code of the first one, or of a recovery, for which there is a reason.
-- out: code_hash bytes?, code_expire_time time?, recovery_reason text?
SELECT code_hash, code_expire_time, recovery_reason FROM operator_desk WHERE one FOR UPDATE
