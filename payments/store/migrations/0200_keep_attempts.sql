-- What was asked of a provider is never forgotten.
REVOKE DELETE, TRUNCATE ON attempt FROM CURRENT_USER;
