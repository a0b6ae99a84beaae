-- What this service tells the world, written in the transaction that caused it. The scope is the company in the ledger and in sharing,
-- the account elsewhere. transaction_id orders readers: they see only transactions below the oldest one still running.
CREATE TABLE outbox (
    company_id     uuid        NOT NULL,
    event_id       uuid        NOT NULL,
    transaction_id xid8        NOT NULL DEFAULT pg_current_xact_id(),
    type           text        NOT NULL,
    payload        bytea       NOT NULL,
    recorded_time  timestamptz NOT NULL,
    PRIMARY KEY (company_id, event_id)
);

CREATE INDEX outbox_by_transaction ON outbox (transaction_id, event_id);
