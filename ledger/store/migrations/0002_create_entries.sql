-- Entries and their postings: written once, never changed. An entry's sequence is its place in the company's chain.
CREATE TABLE entry (
    company_id      uuid        NOT NULL,
    sequence        bigint      NOT NULL,
    kind            smallint    NOT NULL,
    account_id      uuid        NOT NULL,
    counterparty_id uuid,
    amount_micros   bigint      NOT NULL,
    currency        text        NOT NULL,
    remark          text        NOT NULL,
    tag             text        NOT NULL,
    reference_id    uuid,
    effective_time  timestamptz NOT NULL,
    recorded_time   timestamptz NOT NULL,
    hash            bytea       NOT NULL,
    PRIMARY KEY (company_id, sequence)
);

-- One posting per book of an account and entry; no foreign keys, for the batch holds the locks of everything it writes.
CREATE TABLE posting (
    company_id     uuid     NOT NULL,
    account_id     uuid     NOT NULL,
    book           smallint NOT NULL,
    sequence       bigint   NOT NULL,
    amount_micros  bigint   NOT NULL,
    balance_micros bigint   NOT NULL,
    PRIMARY KEY (company_id, account_id, book, sequence)
);

-- Append-only: not even the owner changes or deletes. A superuser still could, and the audit would tell.
REVOKE UPDATE, DELETE, TRUNCATE ON entry, posting FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON entry, posting FROM CURRENT_USER;
