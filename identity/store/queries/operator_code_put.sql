-- Another code for the first operator, or for a recovery, takes the place of the one before.
-- in: code_hash bytes?, code_expire_time time?, recovery_reason text?
UPDATE operator_desk SET code_hash = :code_hash, code_expire_time = :code_expire_time, recovery_reason = :recovery_reason, tell_time = NULL WHERE one
