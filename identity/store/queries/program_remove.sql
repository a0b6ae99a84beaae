-- A program is removed, with its roles and all that it showed who it is by.
-- in: account_id id, program_id id, now time
WITH removed AS (
    UPDATE program SET remove_time = :now WHERE principal_id = :program_id AND (account_id = :account_id) IS TRUE -- not for an index
), revoked AS (
    UPDATE program_key SET revoke_time = :now, expire_time = least(expire_time, :now)
    WHERE principal_id = :program_id AND (revoke_time IS NULL) IS TRUE -- not for an index
), taken AS (
    DELETE FROM role_grant WHERE account_id = :account_id AND principal_id = :program_id
)
UPDATE principal SET delete_time = :now WHERE principal_id = :program_id
