-- Every request to a provider, written before it leaves, and what came back: the other half of a reconciliation.
CREATE TABLE attempt (
    account_id    uuid        NOT NULL,
    attempt_id    uuid        NOT NULL,
    subject_id    uuid        NOT NULL,
    step          text        NOT NULL,
    sent_time     timestamptz NOT NULL,
    outcome       text,
    provider_id   text,
    provider_code text,
    answered_time timestamptz,
    PRIMARY KEY (account_id, attempt_id),
    CONSTRAINT attempt_answer_has_its_time CHECK ((outcome IS NULL) = (answered_time IS NULL))
);

CREATE INDEX attempt_by_subject ON attempt (account_id, subject_id);

-- Signed messages of the provider, each once. They only say where to look: the worker asks the provider and applies what it sees.
CREATE TABLE webhook (
    provider      text        NOT NULL,
    event_id      text        NOT NULL,
    type          text        NOT NULL,
    account_id    uuid,
    subject_id    uuid,
    state         text        NOT NULL,
    tries         bigint      NOT NULL DEFAULT 0,
    next_time     timestamptz,
    received_time timestamptz NOT NULL,
    PRIMARY KEY (provider, event_id),
    CONSTRAINT webhook_open_has_a_next_time CHECK ((next_time IS NOT NULL) = (state = 'RECEIVED'))
);

CREATE INDEX webhook_due ON webhook (next_time) WHERE next_time IS NOT NULL;
