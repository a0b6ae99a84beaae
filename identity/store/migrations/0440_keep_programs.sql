-- Programs are principals of an account that nobody logs in as; they act by keys.
CREATE TABLE program (
    principal_id  uuid PRIMARY KEY REFERENCES principal,
    account_id    uuid NOT NULL REFERENCES account,
    name          text NOT NULL,
    made_by       uuid NOT NULL REFERENCES principal,
    create_time   timestamptz NOT NULL,
    remove_time   timestamptz
);
CREATE INDEX program_of_account ON program (account_id);

-- Of a key's secret its SHA-256 is kept. Patterns and networks stand with spaces between.
CREATE TABLE program_key (
    key_id        uuid PRIMARY KEY,
    principal_id  uuid NOT NULL REFERENCES program,
    kind          text NOT NULL,
    secret_hash   bytea NOT NULL,
    prefix        text NOT NULL,
    name          text NOT NULL,
    allows        text NOT NULL,
    denies        text NOT NULL,
    addresses     text NOT NULL,
    made_by       uuid NOT NULL REFERENCES principal,
    create_time   timestamptz NOT NULL,
    expire_time   timestamptz NOT NULL,
    use_time      timestamptz,
    revoke_time   timestamptz,
    CONSTRAINT key_is_a_secret_or_a_certificate CHECK (kind IN ('SECRET', 'CERTIFICATE'))
);
CREATE UNIQUE INDEX key_of_secret ON program_key (secret_hash) WHERE revoke_time IS NULL;
CREATE INDEX key_of_program ON program_key (principal_id);
CREATE INDEX key_by_end ON program_key (expire_time);

-- From where a key was used, as a keyed index: a first use from elsewhere is noted.
CREATE TABLE program_key_network (
    key_id      uuid NOT NULL REFERENCES program_key ON DELETE CASCADE,
    network     bytea NOT NULL,
    first_time  timestamptz NOT NULL,
    PRIMARY KEY (key_id, network)
);
