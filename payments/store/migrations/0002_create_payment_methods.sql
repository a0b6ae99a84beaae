-- Payment methods and the 1.00 USD hold that proves a card. Of a card stand here a token, its brand, last four digits and expiry, and a
-- keyed fingerprint; the number and the security code never do.
CREATE TABLE payment_method (
    account_id        uuid        NOT NULL REFERENCES account (account_id),
    payment_method_id uuid        NOT NULL,
    kind              text        NOT NULL,
    state             text        NOT NULL,
    brand             text        NOT NULL,
    last_four         text        NOT NULL CONSTRAINT payment_method_shows_four_digits CHECK (last_four ~ '^[0-9]{4}$'),
    expiry_month      bigint      NOT NULL CONSTRAINT payment_method_expires_in_a_month CHECK (expiry_month BETWEEN 1 AND 12),
    expiry_year       bigint      NOT NULL,
    holder_name       text        NOT NULL,
    card_country      text        NOT NULL DEFAULT '',
    fingerprint       bytea       NOT NULL CONSTRAINT payment_method_fingerprint_is_hmac CHECK (octet_length(fingerprint) = 32),
    provider_token    text,
    failure_reason    text        NOT NULL DEFAULT '',
    failure_advice    text        NOT NULL DEFAULT '',
    created_time      timestamptz NOT NULL,
    PRIMARY KEY (account_id, payment_method_id)
);

CREATE UNIQUE INDEX payment_method_saves_a_card_once ON payment_method (account_id, fingerprint) WHERE state IN ('VERIFYING', 'ACTIVE');
CREATE INDEX payment_method_unfinished ON payment_method (created_time) WHERE state = 'NEW';

CREATE TABLE hold (
    account_id        uuid        NOT NULL,
    hold_id           uuid        NOT NULL,
    payment_method_id uuid        NOT NULL,
    state             text        NOT NULL,
    amount_micros     bigint      NOT NULL,
    currency          text        NOT NULL,
    provider_id       text,
    tries             bigint      NOT NULL DEFAULT 0,
    next_time         timestamptz,
    created_time      timestamptz NOT NULL,
    authorized_time   timestamptz,
    voided_time       timestamptz,
    PRIMARY KEY (account_id, hold_id),
    FOREIGN KEY (account_id, payment_method_id) REFERENCES payment_method (account_id, payment_method_id),
    CONSTRAINT hold_is_one_dollar CHECK (amount_micros = 1000000 AND currency = 'USD'),
    CONSTRAINT hold_open_has_a_next_time CHECK ((next_time IS NULL) = (state IN ('VOIDED', 'DECLINED', 'FAILED', 'LAPSED')))
);

CREATE UNIQUE INDEX hold_proves_a_method_once ON hold (account_id, payment_method_id);
CREATE INDEX hold_due ON hold (next_time) WHERE next_time IS NOT NULL;
