-- A member is invited to an e-mail address. Of the code a keyed hash is kept; guesses are counted before one is looked at.
CREATE TABLE invitation (
    invitation_id  uuid NOT NULL,
    account_id     uuid NOT NULL REFERENCES account,
    email_sealed   bytea NOT NULL,
    email_index    bytea NOT NULL,
    name_sealed    bytea NOT NULL,
    role           text NOT NULL,
    subtree        boolean NOT NULL,
    code_mac       bytea NOT NULL,
    guesses        bigint NOT NULL DEFAULT 0,
    invited_by     uuid NOT NULL REFERENCES principal,
    create_time    timestamptz NOT NULL,
    expire_time    timestamptz NOT NULL,
    accept_time    timestamptz,
    accepted_by    uuid REFERENCES principal,
    revoke_time    timestamptz,
    CONSTRAINT invitation_is_accepted_by_somebody CHECK ((accept_time IS NULL) = (accepted_by IS NULL)),
    CONSTRAINT invitation_ends_once CHECK (accept_time IS NULL OR revoke_time IS NULL)
);
CREATE INDEX invitation_of_account ON invitation (account_id);
CREATE INDEX invitation_of_address ON invitation (email_index, create_time);
CREATE INDEX invitation_by_end ON invitation (expire_time);
ALTER TABLE invitation ADD PRIMARY KEY (invitation_id); -- the planner takes the newest of equal indexes

-- ID-20: whoever only has roles in accounts of others has an address of its own, and no account.
ALTER TABLE principal ADD COLUMN email_sealed bytea, ADD COLUMN name_sealed bytea;
ALTER TABLE principal DROP CONSTRAINT principal_has_an_account_or_operates,
    ADD CONSTRAINT principal_has_an_account_or_operates CHECK (operator OR account_id IS NOT NULL OR email_sealed IS NOT NULL);
CREATE INDEX grant_of_principal ON role_grant (principal_id, grant_time);
