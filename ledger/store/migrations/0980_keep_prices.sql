-- Price books and what SKUs cost by them. Each ledger has them whole, and no row is a company's. Nothing of it changes: of the prices of one book,
-- SKU, region and currency each counts until the next one's begin.
CREATE TABLE price_book (
    price_book_id text        PRIMARY KEY,
    name          text        NOT NULL,
    create_time   timestamptz NOT NULL
);
INSERT INTO price_book (price_book_id, name, create_time) VALUES ('list', 'List prices', now());
REVOKE UPDATE, DELETE, TRUNCATE ON price_book FROM CURRENT_USER;

-- region_id: '*' is everywhere else. model: as domain/price.h numbers it.
CREATE TABLE price (
    price_id       uuid        PRIMARY KEY,
    price_book_id  text        NOT NULL,
    sku_id         text        NOT NULL REFERENCES sku,
    region_id      text        NOT NULL,
    currency       text        NOT NULL,
    model          bigint      NOT NULL,
    package_micros bigint      NOT NULL,
    from_time      timestamptz NOT NULL,
    create_time    timestamptz NOT NULL,
    CONSTRAINT price_has_a_model CHECK (model BETWEEN 0 AND 5)
);
CREATE UNIQUE INDEX price_begins_once ON price (price_book_id, sku_id, currency, region_id, from_time);
REVOKE UPDATE, DELETE, TRUNCATE ON price FROM CURRENT_USER;

CREATE TABLE price_tier (
    price_id     uuid   NOT NULL,
    place        bigint NOT NULL,
    up_to_micros bigint NOT NULL,
    nanos        bigint NOT NULL,
    flat_micros  bigint NOT NULL,
    PRIMARY KEY (price_id, place),
    CONSTRAINT price_tier_is_not_negative CHECK (place > 0 AND up_to_micros > 0 AND nanos >= 0 AND flat_micros >= 0)
);
REVOKE UPDATE, DELETE, TRUNCATE ON price_tier FROM CURRENT_USER;

-- By which book of its own an account buys, since when; '': by none.
CREATE TABLE price_assignment (
    account_id    uuid        NOT NULL,
    since_time    timestamptz NOT NULL,
    price_book_id text        NOT NULL,
    PRIMARY KEY (account_id, since_time)
);
REVOKE UPDATE, DELETE, TRUNCATE ON price_assignment FROM CURRENT_USER;

-- Who the agent of a customer is, and what its terms say of prices, since when: the book that they name ('': none), whether the agent's discount is
-- the customer's too, and whether the agent sells on to it at prices of its own. agent_id is NULL since a relation ended.
CREATE TABLE association (
    customer_id     uuid        NOT NULL,
    since_time      timestamptz NOT NULL,
    relation_id     uuid        NOT NULL,
    agent_id        uuid,
    price_book_id   text        NOT NULL,
    shares_discount boolean     NOT NULL,
    resells         boolean     NOT NULL,
    PRIMARY KEY (customer_id, since_time, relation_id)
);
INSERT INTO association (customer_id, since_time, relation_id, agent_id, price_book_id, shares_discount, resells)
SELECT customer_id, now(), relation_id, agent_id, '', false, false FROM relation WHERE NOT ended;

-- Grows with each change of what is above; whoever changes it holds it.
CREATE TABLE price_revision (
    one      boolean PRIMARY KEY DEFAULT true,
    revision bigint  NOT NULL,
    CONSTRAINT price_revision_is_one CHECK (one)
);
INSERT INTO price_revision (revision) VALUES (1);
