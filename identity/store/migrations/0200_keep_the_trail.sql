-- The onboarding trail is only added to (ID-38), and nobody is made an operator by a change of a row: not even the owner, from whom the
-- service's role has its privileges.
REVOKE UPDATE, DELETE, TRUNCATE ON onboarding_record FROM CURRENT_USER;
REVOKE UPDATE ON principal FROM CURRENT_USER;
GRANT UPDATE (email_index, password_hash, delete_time) ON principal TO CURRENT_USER;
