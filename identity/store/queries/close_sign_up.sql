-- The sign-up became an account; its copy of the password's hash goes.
-- in: sign_up_id id, account_id id
UPDATE sign_up SET account_id = :account_id, password_hash = NULL
WHERE sign_up_id = :sign_up_id
