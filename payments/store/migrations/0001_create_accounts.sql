-- What payments knows of an account: its currency, which payments owns (PAY-24), and identity's facts as of a moment.
CREATE TABLE account (
    account_id              uuid        NOT NULL PRIMARY KEY,
    currency                text        CONSTRAINT account_currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$'),
    currency_set_time       timestamptz,
    country                 text        NOT NULL DEFAULT '',
    corporate               boolean     NOT NULL DEFAULT false,
    principal_name          text        NOT NULL DEFAULT '',
    billing_address_present boolean     NOT NULL DEFAULT false,
    facts_time              timestamptz,
    provider_customer       text,
    CONSTRAINT account_currency_has_its_time CHECK ((currency IS NULL) = (currency_set_time IS NULL))
);
