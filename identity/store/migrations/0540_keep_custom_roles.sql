-- GW-01: roles that an account makes itself. Patterns stand with spaces between.
CREATE TABLE custom_role (
    role_id      uuid PRIMARY KEY,
    account_id   uuid NOT NULL REFERENCES account,
    name         text NOT NULL,
    allows       text NOT NULL,
    denies       text NOT NULL,
    written_by   uuid NOT NULL REFERENCES principal,
    create_time  timestamptz NOT NULL,
    update_time  timestamptz NOT NULL
);
CREATE UNIQUE INDEX custom_role_by_name ON custom_role (account_id, name);

-- A grant of such a role has the role's id for its name.
ALTER TABLE role_grant ADD COLUMN custom_role_id uuid REFERENCES custom_role;
ALTER TABLE role_grant DROP CONSTRAINT role_is_of_an_account,
    ADD CONSTRAINT role_is_of_an_account CHECK (role IN ('ACCOUNT_ADMINISTRATOR', 'MEMBER', 'FINANCE', 'TECHNOLOGY',
        'AGENCY_BILLING_VIEWER', 'CLIENT_SUCCESS', 'BILLING_FREEZER') OR coalesce(role = custom_role_id::text, false));
CREATE INDEX grant_of_custom_role ON role_grant (custom_role_id) WHERE custom_role_id IS NOT NULL;
