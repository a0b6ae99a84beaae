-- What was tried with cards, once for each of account, card, principal and source (S5). A row is refused until the provider accepts.
CREATE TABLE tried (
    subject_kind text        NOT NULL,
    subject      bytea       NOT NULL,
    action       text        NOT NULL,
    tried_time   timestamptz NOT NULL,
    tried_id     uuid        NOT NULL,
    accepted     boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (subject_kind, subject, action, tried_time, tried_id)
);
CREATE INDEX tried_by_id ON tried (tried_id);
CREATE INDEX tried_by_time ON tried (tried_time);

-- Makes those who try wait for each other, so that counting them is exact.
CREATE TABLE tried_subject (
    subject_kind text        NOT NULL,
    subject      bytea       NOT NULL,
    last_time    timestamptz NOT NULL,
    PRIMARY KEY (subject_kind, subject)
);
CREATE INDEX tried_subject_by_time ON tried_subject (last_time);

-- On how many accounts a card is.
CREATE INDEX payment_method_by_fingerprint ON payment_method (fingerprint, account_id)
    WHERE state IN ('NEW', 'VERIFYING', 'ACTIVE', 'EXPIRED');
-- PAY-26: what an account ordered by card within a day.
CREATE INDEX top_up_by_card ON top_up (account_id, currency, created_time) WHERE rail = 'CARD' AND state <> 'FAILED';
