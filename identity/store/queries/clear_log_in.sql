-- A right password forgets the failures before it.
DELETE FROM log_in_failure WHERE email_index = $1
