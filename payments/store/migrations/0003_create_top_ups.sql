-- Top-ups. The row is there before the provider is asked; its id is our reference and the provider's idempotency key.
CREATE TABLE top_up (
    account_id        uuid        NOT NULL REFERENCES account (account_id),
    top_up_id         uuid        NOT NULL,
    target_account_id uuid        NOT NULL,
    payment_method_id uuid,
    rail              text        NOT NULL,
    state             text        NOT NULL,
    amount_micros     bigint      NOT NULL CONSTRAINT top_up_amount_is_positive CHECK (amount_micros > 0),
    currency          text        NOT NULL,
    remark            text        NOT NULL CONSTRAINT top_up_remark_is_short CHECK (octet_length(remark) <= 256),
    provider_id       text,
    failure_reason    text        NOT NULL DEFAULT '',
    failure_advice    text        NOT NULL DEFAULT '',
    wire_reference    text,
    statement_line    text,
    tries             bigint      NOT NULL DEFAULT 0,
    next_time         timestamptz,
    created_time      timestamptz NOT NULL,
    succeeded_time    timestamptz,
    credited_time     timestamptz,
    PRIMARY KEY (account_id, top_up_id),
    FOREIGN KEY (account_id, payment_method_id) REFERENCES payment_method (account_id, payment_method_id),
    CONSTRAINT top_up_by_card_names_it CHECK ((rail = 'CARD') = (payment_method_id IS NOT NULL)),
    CONSTRAINT top_up_by_wire_has_a_reference CHECK ((rail = 'WIRE') = (wire_reference IS NOT NULL)),
    CONSTRAINT top_up_open_has_a_next_time CHECK ((next_time IS NOT NULL) = (state IN ('CREATED', 'PENDING', 'UNKNOWN')))
);

CREATE INDEX top_up_due ON top_up (next_time) WHERE next_time IS NOT NULL;
CREATE INDEX top_up_by_wire_reference ON top_up (wire_reference) WHERE wire_reference IS NOT NULL;
