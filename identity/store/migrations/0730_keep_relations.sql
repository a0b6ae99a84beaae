-- B.1: who may have customers, by a direct contract (ID-25). It counts from its begin to its end, given with it or by an operator later.
CREATE TABLE partner_contract (
    contract_id   uuid PRIMARY KEY,
    account_id    uuid NOT NULL REFERENCES account,
    reference     text NOT NULL,
    begin_time    timestamptz NOT NULL,
    end_time      timestamptz,
    authorised_by uuid NOT NULL REFERENCES principal,
    ended_by      uuid REFERENCES principal
);
CREATE INDEX contract_of_partner ON partner_contract (account_id, contract_id) WHERE account_id IS NOT NULL;
REVOKE UPDATE, DELETE, TRUNCATE ON partner_contract FROM CURRENT_USER;
GRANT UPDATE (end_time, ended_by) ON partner_contract TO CURRENT_USER;

-- B.2: an association, from the request on. customer_account_id names what was asked, whether there is such an account or not.
CREATE TABLE relation (
    relation_id         uuid PRIMARY KEY,
    agent_account_id    uuid NOT NULL REFERENCES account,
    customer_account_id uuid NOT NULL,
    requested_by        uuid NOT NULL REFERENCES principal,
    create_time         timestamptz NOT NULL,
    begin_time          timestamptz,
    effective_time      timestamptz,
    end_time            timestamptz,
    outcome             text,
    CONSTRAINT relation_ends_somehow CHECK ((end_time IS NULL) = (outcome IS NULL)
        AND outcome IN ('REJECTED', 'CANCELLED_BY_PARENT', 'EXPIRED', 'ENDED')),
    CONSTRAINT relation_joins_two_accounts CHECK (agent_account_id <> customer_account_id)
);
CREATE INDEX relation_of_agent ON relation (agent_account_id, relation_id) WHERE agent_account_id IS NOT NULL;
CREATE INDEX relation_asked_for ON relation (agent_account_id, create_time);
CREATE INDEX relation_of_customer ON relation (customer_account_id, relation_id) WHERE customer_account_id IS NOT NULL;

-- The terms as they were offered, each version once; those in force, from begin to end, are the resale edges of the structure. They stand apart
-- from structure_edge, along which grants with subtree hold: none holds in a customer's account.
CREATE TABLE relation_offer (
    relation_id         uuid NOT NULL REFERENCES relation,
    version             bigint NOT NULL,
    agent_account_id    uuid NOT NULL,
    customer_account_id uuid NOT NULL,
    permissions         text NOT NULL,
    settlement_mode     text NOT NULL CHECK (settlement_mode IN ('AGENT_PAYS', 'ALLOCATION', 'OWN_ACCOUNT')),
    price_book          text NOT NULL,
    invoice_recipient   text NOT NULL CHECK (invoice_recipient IN ('CUSTOMER', 'AGENT')),
    shutdown_policy     text NOT NULL CHECK (shutdown_policy IN ('IMMEDIATE', 'DELAY', 'NONE')),
    agent_purchases     boolean NOT NULL,
    offer_hash          text NOT NULL,
    offered_by          uuid NOT NULL REFERENCES principal,
    offer_time          timestamptz NOT NULL,
    expire_time         timestamptz NOT NULL,
    answer_time         timestamptz,
    answered_by         uuid REFERENCES principal,
    begin_time          timestamptz,
    end_time            timestamptz,
    PRIMARY KEY (relation_id, version),
    CONSTRAINT offer_begins_before_it_ends CHECK (end_time IS NULL OR begin_time IS NOT NULL)
);
-- B.1: a customer has one agent at a time.
CREATE UNIQUE INDEX agent_that_holds ON relation_offer (customer_account_id) WHERE begin_time IS NOT NULL AND end_time IS NULL;
CREATE INDEX offer_of_agent ON relation_offer (agent_account_id) WHERE agent_account_id IS NOT NULL;
CREATE INDEX agent_at_a_time ON relation_offer (customer_account_id, begin_time) WHERE customer_account_id IS NOT NULL;
REVOKE UPDATE, DELETE, TRUNCATE ON relation_offer FROM CURRENT_USER;
GRANT UPDATE (answer_time, answered_by, begin_time, end_time) ON relation_offer TO CURRENT_USER;

-- B.1: whoever changes the structure holds the one row.
CREATE TABLE structure_lock (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT structure_lock_is_one CHECK (one)
);
INSERT INTO structure_lock DEFAULT VALUES;
