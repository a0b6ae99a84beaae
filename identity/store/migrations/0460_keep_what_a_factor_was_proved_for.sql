-- A factor may be proved for one operation alone (c-19): its hash; NULL: for anything.
ALTER TABLE session ADD COLUMN mfa_operation_hash bytea;
