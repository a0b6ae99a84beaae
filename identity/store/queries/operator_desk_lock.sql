-- Locks who operates, and reads the code of the first one.
-- out: code_hash bytes?, code_expire_time time?
SELECT code_hash, code_expire_time FROM operator_desk WHERE one FOR UPDATE
