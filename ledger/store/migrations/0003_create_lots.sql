-- Who funded which remaining cent (D.2): spent by sequence, taken back by source.
CREATE TABLE lot (
    company_id        uuid        NOT NULL,
    account_id        uuid        NOT NULL,
    sequence          bigint      NOT NULL,
    source_account_id uuid        NOT NULL,
    granted_micros    bigint      NOT NULL,
    spent_micros      bigint      NOT NULL DEFAULT 0,
    revoked_micros    bigint      NOT NULL DEFAULT 0,
    granted_time      timestamptz NOT NULL,
    PRIMARY KEY (company_id, account_id, sequence),
    CONSTRAINT lot_gives_no_more_than_granted CHECK (spent_micros >= 0 AND revoked_micros >= 0 AND spent_micros + revoked_micros <= granted_micros)
) WITH (fillfactor = 90);

CREATE INDEX lot_by_source ON lot (company_id, account_id, source_account_id, sequence);

-- What is outstanding, item by item (U_prev).
CREATE TABLE bill (
    company_id  uuid        NOT NULL,
    account_id  uuid        NOT NULL,
    due_time    timestamptz NOT NULL,
    sequence    bigint      NOT NULL,
    owed_micros bigint      NOT NULL,
    paid_micros bigint      NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, account_id, due_time, sequence),
    CONSTRAINT bill_is_paid_at_most_once CHECK (owed_micros > 0 AND paid_micros BETWEEN 0 AND owed_micros)
);

-- Purchases and captures, by which sources they were paid (D.9) and refunded (E16).
CREATE TABLE purchase (
    company_id                     uuid        NOT NULL,
    sequence                       bigint      NOT NULL,
    account_id                     uuid        NOT NULL,
    amount_micros                  bigint      NOT NULL,
    paid_transferred_in_micros     bigint      NOT NULL,
    paid_own_micros                bigint      NOT NULL,
    paid_refund_credit_micros      bigint      NOT NULL,
    paid_credit_micros             bigint      NOT NULL,
    refunded_transferred_in_micros bigint      NOT NULL DEFAULT 0,
    refunded_own_micros            bigint      NOT NULL DEFAULT 0,
    refunded_refund_credit_micros  bigint      NOT NULL DEFAULT 0,
    refunded_credit_micros         bigint      NOT NULL DEFAULT 0,
    recorded_time                  timestamptz NOT NULL,
    PRIMARY KEY (company_id, sequence),
    CONSTRAINT purchase_is_paid_whole CHECK
        (paid_transferred_in_micros + paid_own_micros + paid_refund_credit_micros + paid_credit_micros = amount_micros),
    CONSTRAINT purchase_returns_no_more_than_paid CHECK
        (refunded_transferred_in_micros BETWEEN 0 AND paid_transferred_in_micros AND refunded_own_micros BETWEEN 0 AND paid_own_micros
         AND refunded_refund_credit_micros BETWEEN 0 AND paid_refund_credit_micros AND refunded_credit_micros BETWEEN 0 AND paid_credit_micros)
);

CREATE TABLE purchase_lot (
    company_id        uuid   NOT NULL,
    purchase_sequence bigint NOT NULL,
    lot_sequence      bigint NOT NULL,
    paid_micros       bigint NOT NULL,
    refunded_micros   bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, purchase_sequence, lot_sequence),
    CONSTRAINT purchase_lot_returns_no_more_than_paid CHECK (refunded_micros BETWEEN 0 AND paid_micros)
);

-- Money set aside (D.4). state: 1 active, 2 captured, 3 voided, 4 expired.
CREATE TABLE hold (
    company_id      uuid        NOT NULL,
    sequence        bigint      NOT NULL,
    account_id      uuid        NOT NULL,
    state           smallint    NOT NULL,
    amount_micros   bigint      NOT NULL,
    captured_micros bigint      NOT NULL DEFAULT 0,
    expire_time     timestamptz NOT NULL,
    placed_time     timestamptz NOT NULL,
    PRIMARY KEY (company_id, sequence),
    CONSTRAINT hold_state_is_known CHECK (state BETWEEN 1 AND 4),
    CONSTRAINT hold_is_captured_at_most_once CHECK (captured_micros BETWEEN 0 AND amount_micros)
);

CREATE INDEX hold_active_by_account ON hold (company_id, account_id, expire_time) WHERE state = 1;
CREATE INDEX hold_active_by_expiry ON hold (expire_time) WHERE state = 1;
