-- ID-08: who an individual's account is of. A person is known by the keyed hash of a document's number; name and number are sealed.
-- accounts: how many are verified to the person now (ID-19).
CREATE TABLE person (
    person_id    uuid PRIMARY KEY,
    number_index bytea NOT NULL CONSTRAINT person_has_one_number UNIQUE,
    accounts     bigint NOT NULL DEFAULT 0 CONSTRAINT person_accounts_are_counted CHECK (accounts >= 0),
    create_time  timestamptz NOT NULL
);
CREATE INDEX person_of_many_accounts ON person (person_id) WHERE accounts > 5;

CREATE TABLE real_name (
    submission_id  uuid PRIMARY KEY,
    account_id     uuid NOT NULL REFERENCES account,
    principal_id   uuid NOT NULL REFERENCES principal,
    person_id      uuid NOT NULL REFERENCES person,
    country        text NOT NULL,
    kind           text NOT NULL,
    name_sealed    bytea NOT NULL,
    number_sealed  bytea NOT NULL,
    expire_time    timestamptz,
    state          text NOT NULL,
    reason         text NOT NULL DEFAULT '',
    submit_time    timestamptz NOT NULL,
    decide_time    timestamptz,
    decided_by     uuid REFERENCES principal,
    end_time       timestamptz,
    CONSTRAINT real_name_state_is_known
        CHECK (state IN ('SUBMITTED', 'IN_REVIEW', 'VERIFIED', 'REJECTED', 'REVOKED', 'EXPIRED', 'SUPERSEDED')),
    CONSTRAINT real_name_is_decided_or_waits CHECK ((state IN ('SUBMITTED', 'IN_REVIEW')) = (decide_time IS NULL))
);
CREATE UNIQUE INDEX account_has_one_real_name_in_review ON real_name (account_id) WHERE state IN ('SUBMITTED', 'IN_REVIEW');
CREATE UNIQUE INDEX account_has_one_verified_real_name ON real_name (account_id) WHERE state = 'VERIFIED';
CREATE INDEX real_name_of_account ON real_name (account_id, submission_id) WHERE account_id IS NOT NULL;
CREATE INDEX real_name_of_person ON real_name (person_id, submission_id) WHERE person_id IS NOT NULL;
CREATE INDEX real_name_by_state ON real_name (state, submission_id) WHERE state IS NOT NULL;
CREATE INDEX real_name_that_expires ON real_name (expire_time) WHERE state = 'VERIFIED' AND expire_time IS NOT NULL;
