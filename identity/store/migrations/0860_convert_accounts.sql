-- ID-31: the billing address that an account had as an individual's, for what was invoiced to it until then.
CREATE TABLE former_billing_address (
    account_id  uuid PRIMARY KEY REFERENCES account,
    sealed      bytea NOT NULL,
    create_time timestamptz NOT NULL,
    end_time    timestamptz NOT NULL
);
REVOKE UPDATE, DELETE, TRUNCATE ON former_billing_address FROM CURRENT_USER;
