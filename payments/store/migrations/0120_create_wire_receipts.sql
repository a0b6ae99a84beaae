-- Lines of banks' statements, each once: what a line credited it never credits again.
CREATE TABLE wire_receipt (
    bank           text        NOT NULL,
    statement      text        NOT NULL,
    statement_line text        NOT NULL,
    account_id     uuid        NOT NULL,
    top_up_id      uuid        NOT NULL,
    amount_micros  bigint      NOT NULL,
    recorded_by    text        NOT NULL,
    recorded_time  timestamptz NOT NULL,
    PRIMARY KEY (bank, statement, statement_line),
    FOREIGN KEY (account_id, top_up_id) REFERENCES top_up (account_id, top_up_id)
);
