-- An operator is a principal that acts for the provider; what it may do, its roles say. Those who were are all that there was to be.
CREATE TABLE operator_grant (
    principal_id  uuid NOT NULL REFERENCES principal,
    role          text NOT NULL,
    granted_by    uuid REFERENCES principal, -- NULL: nobody yet was there to give it
    grant_time    timestamptz NOT NULL,
    PRIMARY KEY (principal_id, role),
    CONSTRAINT operator_role_is_known CHECK (role IN ('OPERATOR_ADMINISTRATOR', 'OPERATOR_REVIEW', 'OPERATOR_FINANCE', 'OPERATOR_SUPPORT'))
);
INSERT INTO operator_grant
SELECT principal_id, role, NULL, create_time
FROM principal, unnest(ARRAY['OPERATOR_ADMINISTRATOR', 'OPERATOR_REVIEW', 'OPERATOR_FINANCE', 'OPERATOR_SUPPORT']) AS role
WHERE operator AND delete_time IS NULL;
