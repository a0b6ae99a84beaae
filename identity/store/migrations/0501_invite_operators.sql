-- An operator is invited to an e-mail address. Of the code a keyed hash is kept; guesses are counted before one is looked at.
CREATE TABLE operator_invitation (
    invitation_id  uuid PRIMARY KEY,
    email_sealed   bytea NOT NULL,
    email_index    bytea NOT NULL,
    name_sealed    bytea NOT NULL,
    roles          text NOT NULL, -- with spaces between
    code_mac       bytea NOT NULL,
    guesses        bigint NOT NULL DEFAULT 0,
    invited_by     uuid NOT NULL REFERENCES principal,
    create_time    timestamptz NOT NULL,
    expire_time    timestamptz NOT NULL,
    accept_time    timestamptz,
    accepted_by    uuid REFERENCES principal,
    revoke_time    timestamptz,
    CONSTRAINT operator_invitation_is_accepted_by_somebody CHECK ((accept_time IS NULL) = (accepted_by IS NULL)),
    CONSTRAINT operator_invitation_ends_once CHECK (accept_time IS NULL OR revoke_time IS NULL)
);
CREATE INDEX operator_invitation_by_end ON operator_invitation (expire_time);

-- Locked before anybody becomes an operator, stops being one or has other roles. The code by which the first one comes in: of its 125 bits
-- and more the SHA-256.
CREATE TABLE operator_desk (
    one               boolean PRIMARY KEY DEFAULT true,
    code_hash         bytea,
    code_expire_time  timestamptz,
    CONSTRAINT operator_desk_is_one CHECK (one),
    CONSTRAINT operator_code_ends CHECK ((code_hash IS NULL) = (code_expire_time IS NULL))
);
INSERT INTO operator_desk DEFAULT VALUES;
CREATE INDEX operator_by_id ON principal (principal_id) WHERE operator AND delete_time IS NULL;
CREATE INDEX operator_of_role ON operator_grant (role);
