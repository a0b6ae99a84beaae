-- People, accounts, contacts, sessions, companies and messages. Addresses, numbers and texts are sealed; what has to be found or
-- compared is kept as a keyed index beside them.

CREATE TABLE principal (
    principal_id   uuid PRIMARY KEY,
    account_id     uuid,
    email_index    bytea NOT NULL,
    password_hash  text NOT NULL,
    operator       boolean NOT NULL DEFAULT false,
    create_time    timestamptz NOT NULL,
    delete_time    timestamptz,
    CONSTRAINT principal_has_an_account_or_operates CHECK (operator OR account_id IS NOT NULL)
);
-- ID-17: an e-mail address logs in to one live principal.
CREATE UNIQUE INDEX principal_of_live_email ON principal (email_index) WHERE delete_time IS NULL;

CREATE TABLE account (
    account_id       uuid PRIMARY KEY,
    principal_id     uuid NOT NULL REFERENCES principal,
    country          text NOT NULL,
    type             text,
    state            text NOT NULL DEFAULT 'ACTIVE',
    sign_up_channel  text NOT NULL,
    create_time      timestamptz NOT NULL,
    CONSTRAINT account_is_individual_or_corporate CHECK (type IN ('INDIVIDUAL', 'CORPORATE')),
    CONSTRAINT account_state_is_known CHECK (state IN ('ACTIVE')),
    CONSTRAINT account_signed_up_by_a_channel CHECK (sign_up_channel IN ('EMAIL', 'PHONE'))
);

CREATE TABLE contact (
    account_id     uuid NOT NULL REFERENCES account,
    channel        text NOT NULL,
    sealed         bytea NOT NULL,
    contact_index  bytea NOT NULL,
    verify_time    timestamptz,
    PRIMARY KEY (account_id, channel),
    CONSTRAINT contact_is_email_or_phone CHECK (channel IN ('EMAIL', 'PHONE'))
);

CREATE TABLE accepted_terms (
    account_id   uuid NOT NULL REFERENCES account,
    document     text NOT NULL,
    version      text NOT NULL,
    accept_time  timestamptz NOT NULL,
    PRIMARY KEY (account_id, document)
);

CREATE TABLE billing_address (
    account_id   uuid PRIMARY KEY REFERENCES account,
    sealed       bytea NOT NULL,
    create_time  timestamptz NOT NULL
);

CREATE TABLE role_grant (
    account_id    uuid NOT NULL REFERENCES account,
    principal_id  uuid NOT NULL REFERENCES principal,
    role          text NOT NULL,
    grant_time    timestamptz NOT NULL,
    PRIMARY KEY (account_id, principal_id, role),
    CONSTRAINT role_is_of_an_account CHECK (role IN ('ACCOUNT_ADMINISTRATOR', 'MEMBER'))
);

CREATE TABLE session (
    session_id    uuid PRIMARY KEY,
    principal_id  uuid NOT NULL REFERENCES principal,
    token_hash    bytea NOT NULL UNIQUE,
    device        text NOT NULL,
    create_time   timestamptz NOT NULL,
    use_time      timestamptz NOT NULL,
    revoke_time   timestamptz
);
CREATE INDEX session_of_principal ON session (principal_id, session_id);

CREATE TABLE log_in_failure (
    email_index  bytea PRIMARY KEY,
    failures     bigint NOT NULL,
    wait_time    timestamptz NOT NULL
);

CREATE TABLE sign_up (
    sign_up_id     uuid PRIMARY KEY,
    country        text NOT NULL,
    channel        text NOT NULL,
    email_sealed   bytea NOT NULL,
    email_index    bytea NOT NULL,
    phone_sealed   bytea,
    phone_index    bytea,
    password_hash  text,
    terms_versions text[] NOT NULL,
    create_time    timestamptz NOT NULL,
    account_id     uuid
);

-- Six digits on their way to one destination, for one sign-up or account (the subject).
CREATE TABLE challenge (
    challenge_id       uuid PRIMARY KEY,
    subject_id         uuid NOT NULL,
    channel            text NOT NULL,
    destination_index  bytea NOT NULL,
    code_mac           bytea NOT NULL,
    sent_time          timestamptz NOT NULL,
    expire_time        timestamptz NOT NULL,
    guesses            bigint NOT NULL DEFAULT 0,
    use_time           timestamptz,
    UNIQUE (subject_id, destination_index)
);

-- ID-11: what one destination has seen, whoever asked for it.
CREATE TABLE destination (
    destination_index  bytea PRIMARY KEY,
    guesses            bigint NOT NULL DEFAULT 0,
    guesses_since      timestamptz NOT NULL
);
CREATE TABLE code_send (
    destination_index  bytea NOT NULL,
    send_time          timestamptz NOT NULL,
    challenge_id       uuid NOT NULL,
    PRIMARY KEY (destination_index, send_time, challenge_id)
);

CREATE TABLE company (
    company_id   uuid PRIMARY KEY,
    country      text NOT NULL,
    scheme       text NOT NULL,
    number       text NOT NULL,
    create_time  timestamptz NOT NULL,
    CONSTRAINT company_is_one_registration UNIQUE (country, scheme, number)
);

CREATE TABLE company_submission (
    submission_id  uuid PRIMARY KEY,
    account_id     uuid NOT NULL REFERENCES account,
    principal_id   uuid NOT NULL REFERENCES principal,
    country        text NOT NULL,
    scheme         text NOT NULL,
    number         text NOT NULL,
    name           text NOT NULL,
    state          text NOT NULL DEFAULT 'SUBMITTED',
    reason         text NOT NULL DEFAULT '',
    company_id     uuid REFERENCES company,
    submit_time    timestamptz NOT NULL,
    decide_time    timestamptz,
    decided_by     uuid REFERENCES principal,
    revoke_time    timestamptz,
    CONSTRAINT submission_state_is_known CHECK (state IN ('SUBMITTED', 'VERIFIED', 'REJECTED', 'REVOKED')),
    CONSTRAINT submission_verified_to_a_company CHECK ((state IN ('VERIFIED', 'REVOKED')) = (company_id IS NOT NULL))
);
CREATE UNIQUE INDEX account_has_one_submission_in_review ON company_submission (account_id) WHERE state = 'SUBMITTED';
CREATE UNIQUE INDEX account_has_one_verified_company ON company_submission (account_id) WHERE state = 'VERIFIED';
CREATE INDEX submission_of_account ON company_submission (account_id, submission_id);

-- ID-38
CREATE TABLE onboarding_record (
    account_id   uuid NOT NULL REFERENCES account,
    record_id    uuid NOT NULL,
    record_time  timestamptz NOT NULL,
    kind         text NOT NULL,
    detail       text NOT NULL,
    PRIMARY KEY (account_id, record_id)
);

-- Written in the transaction that wants it sent; delivered by a job; the body is wiped then.
CREATE TABLE message (
    message_id    uuid PRIMARY KEY,
    delivery      text NOT NULL,
    destination   bytea,
    body          bytea,
    state         text NOT NULL DEFAULT 'QUEUED',
    tries         bigint NOT NULL DEFAULT 0,
    next_time     timestamptz NOT NULL,
    deliver_time  timestamptz,
    CONSTRAINT message_travels_somehow CHECK (delivery IN ('EMAIL', 'SMS', 'VOICE')),
    CONSTRAINT message_state_is_known CHECK (state IN ('QUEUED', 'DELIVERED', 'FAILED')),
    CONSTRAINT message_is_wiped_when_done CHECK ((state = 'QUEUED') = (body IS NOT NULL AND destination IS NOT NULL))
);
CREATE INDEX message_due ON message (next_time) WHERE state = 'QUEUED';
