-- ID-32: a challenge of WebAuthn is one session's for one purpose, and works once: a new one takes its place, an answer takes it away.
CREATE TABLE webauthn_challenge (
    session_id   uuid NOT NULL,
    purpose      text NOT NULL,
    nonce        bytea NOT NULL,
    create_time  timestamptz NOT NULL,
    PRIMARY KEY (session_id, purpose),
    CONSTRAINT challenge_is_to_enroll_or_to_prove CHECK (purpose IN ('ENROLL', 'PROVE'))
);
CREATE INDEX webauthn_challenge_by_time ON webauthn_challenge (create_time);
ALTER TABLE factor ADD COLUMN algorithm bigint;
