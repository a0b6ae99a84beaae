-- The sign-up became an account; its copy of the password's hash goes.
UPDATE sign_up SET account_id = $2, password_hash = NULL
WHERE sign_up_id = $1
