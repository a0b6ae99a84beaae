-- The accounts that sharing knows and who pays for them (ID-18, SHR-09, SHR-11). company_id comes first in every key, so that the
-- same schema can be distributed by it.
CREATE TABLE account (
    company_id uuid NOT NULL,
    account_id uuid NOT NULL,
    corporate boolean NOT NULL,
    verified boolean NOT NULL,
    updated_time timestamptz NOT NULL,
    PRIMARY KEY (company_id, account_id)
);
-- Tells an account of another company from one that does not exist.
CREATE INDEX account_by_id ON account (account_id);

CREATE TABLE payment_relation (
    company_id uuid NOT NULL,
    account_id uuid NOT NULL,
    payer_account_id uuid NOT NULL,
    started_time timestamptz NOT NULL,
    ended_time timestamptz,
    PRIMARY KEY (company_id, account_id, payer_account_id, started_time),
    CONSTRAINT payment_relation_ends_after_its_start CHECK (ended_time >= started_time),
    FOREIGN KEY (company_id, account_id) REFERENCES account (company_id, account_id)
);
CREATE UNIQUE INDEX payment_relation_once_at_a_time ON payment_relation (company_id, account_id, payer_account_id) WHERE ended_time IS NULL;
