-- GW-09: whether an account is for development, tests or production; NULL until somebody says so.
ALTER TABLE account ADD COLUMN environment text
    CONSTRAINT environment_is_known CHECK (environment IN ('DEVELOPMENT', 'TEST', 'PRODUCTION'));
