-- Another code for the first operator takes the place of the one before.
-- in: code_hash bytes?, code_expire_time time?
UPDATE operator_desk SET code_hash = :code_hash, code_expire_time = :code_expire_time WHERE one
