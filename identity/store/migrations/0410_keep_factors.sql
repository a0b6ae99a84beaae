-- ID-32: what a principal proves beside the password. A factor counts from its confirm_time on; one that waits is forgotten after a day.
-- counter: of TOTP the last step that was taken, of WebAuthn the authenticator's own.
CREATE TABLE factor (
    factor_id      uuid PRIMARY KEY,
    principal_id   uuid NOT NULL REFERENCES principal,
    kind           text NOT NULL,
    name           text NOT NULL,
    secret_sealed  bytea,
    credential_id  bytea,
    public_key     bytea,
    counter        bigint NOT NULL,
    create_time    timestamptz NOT NULL,
    confirm_time   timestamptz,
    use_time       timestamptz,
    remove_time    timestamptz,
    CONSTRAINT factor_has_what_its_kind_proves CHECK (
        kind = 'TOTP' AND secret_sealed IS NOT NULL
        OR kind = 'WEBAUTHN' AND credential_id IS NOT NULL AND public_key IS NOT NULL)
);
CREATE INDEX factor_of_principal ON factor (principal_id, factor_id);
CREATE INDEX factor_that_waits ON factor (create_time) WHERE confirm_time IS NULL;
CREATE INDEX factor_that_goes ON factor (remove_time) WHERE remove_time IS NOT NULL;
CREATE UNIQUE INDEX factor_of_credential ON factor (credential_id) WHERE credential_id IS NOT NULL;

-- A principal's wrong proofs and sets of recovery codes; its row is locked by whoever changes factors.
CREATE TABLE factor_guard (
    principal_id  uuid PRIMARY KEY REFERENCES principal,
    failures      bigint NOT NULL DEFAULT 0,
    wait_time     timestamptz NOT NULL DEFAULT to_timestamp(0),
    day_failures  bigint NOT NULL DEFAULT 0,
    day_time      timestamptz NOT NULL DEFAULT to_timestamp(0),
    sets          bigint NOT NULL DEFAULT 0,
    sets_time     timestamptz NOT NULL DEFAULT to_timestamp(0)
);

-- Of a recovery code a keyed hash is kept.
CREATE TABLE recovery_code (
    principal_id  uuid NOT NULL REFERENCES principal,
    code_mac      bytea NOT NULL,
    use_time      timestamptz,
    PRIMARY KEY (principal_id, code_mac)
);

ALTER TABLE session ADD COLUMN mfa_time timestamptz, ADD COLUMN mfa_kind text
    CONSTRAINT session_was_proved_by_something CHECK ((mfa_time IS NULL) = (mfa_kind IS NULL));
