-- Accounts and what stands beside them. company_id comes first in every key, so that the schema can be distributed by company.
-- Books are signed from the customer's view, as postings are: what is owed is negative. Each equals the fold of its postings.
CREATE TABLE account (
    company_id            uuid        NOT NULL,
    account_id            uuid        NOT NULL,
    corporate             boolean     NOT NULL,
    company_verified      boolean     NOT NULL,
    currency              text        NOT NULL,
    state                 smallint    NOT NULL,
    payment_mode          smallint    NOT NULL,
    buffer_micros         bigint      NOT NULL,
    pay_on_behalf         boolean     NOT NULL DEFAULT false,
    receivables           boolean     NOT NULL DEFAULT false,
    override_until_time   timestamptz,
    override_reason       text,
    override_approver_id  uuid,
    contract_state        smallint    NOT NULL,
    credit_limit_micros   bigint      NOT NULL DEFAULT 0,
    confirmed_time        timestamptz,
    own_micros            bigint      NOT NULL DEFAULT 0,
    transferred_in_micros bigint      NOT NULL DEFAULT 0,
    refund_credit_micros  bigint      NOT NULL DEFAULT 0,
    unbilled_micros       bigint      NOT NULL DEFAULT 0,
    outstanding_micros    bigint      NOT NULL DEFAULT 0,
    revenue_micros        bigint      NOT NULL DEFAULT 0,
    top_up_micros         bigint      NOT NULL DEFAULT 0,
    adjustment_micros     bigint      NOT NULL DEFAULT 0,
    frozen_micros         bigint      NOT NULL DEFAULT 0,
    earliest_due_time     timestamptz,
    suspended             boolean     NOT NULL,
    version               bigint      NOT NULL DEFAULT 0,
    lot_first             bigint      NOT NULL DEFAULT 0,
    opened_time           timestamptz NOT NULL,
    PRIMARY KEY (company_id, account_id),
    CONSTRAINT account_currency_is_a_code CHECK (currency ~ '^([A-Z]{3})?$'),
    CONSTRAINT account_state_is_known CHECK (state BETWEEN 1 AND 3),
    CONSTRAINT account_payment_mode_is_known CHECK (payment_mode BETWEEN 1 AND 2),
    CONSTRAINT account_contract_state_is_known CHECK (contract_state BETWEEN 1 AND 3),
    CONSTRAINT account_has_cash_or_none CHECK (own_micros >= 0 AND transferred_in_micros >= 0 AND refund_credit_micros >= 0),
    CONSTRAINT account_owes_or_nothing CHECK (unbilled_micros <= 0 AND outstanding_micros <= 0),
    CONSTRAINT account_limits_are_not_negative CHECK (credit_limit_micros >= 0 AND frozen_micros >= 0 AND buffer_micros >= 0)
) WITH (fillfactor = 60);

-- Only for the answer DIFFERENT_COMPANY: is this account known, but elsewhere?
CREATE INDEX account_by_id ON account (account_id);

-- The head of each company's hash chain. One chain per company: commits of different companies never wait for each other.
CREATE TABLE chain (
    company_id    uuid        PRIMARY KEY,
    length        bigint      NOT NULL DEFAULT 0,
    recorded_time timestamptz NOT NULL,
    hash          bytea       NOT NULL,
    CONSTRAINT chain_hash_is_sha256 CHECK (octet_length(hash) = 32)
) WITH (fillfactor = 50);

-- What a company may allocate to its accounts' limits together (D.3).
CREATE TABLE credit_line (
    company_id       uuid   NOT NULL,
    currency         text   NOT NULL,
    line_micros      bigint NOT NULL,
    allocated_micros bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (company_id, currency),
    CONSTRAINT credit_line_is_not_exceeded CHECK (allocated_micros BETWEEN 0 AND line_micros)
);
