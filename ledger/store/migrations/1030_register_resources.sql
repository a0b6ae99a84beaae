-- What services run for accounts, as they tell it (ID-12, ID-14, LED-33, LED-34): of an account, whatever chain it is in. kind: 1 paid as it is
-- used, 2 a subscription, which has a term. state: 1 created, 2 running, 3 stopped, 4 released. stopped_meters: words with a space between.
-- charges: whether it costs anything still, as domain/resource.h decides it.
CREATE TABLE resource (
    registration_id       uuid        PRIMARY KEY,
    source                text        NOT NULL,
    resource_id           text        NOT NULL,
    account_id            uuid        NOT NULL,
    product_id            text        NOT NULL,
    region_id             text        NOT NULL,
    kind                  smallint    NOT NULL,
    state                 smallint    NOT NULL,
    version               bigint      NOT NULL,
    charges_from_creation boolean     NOT NULL,
    stopped_meters        text        NOT NULL,
    start_time            timestamptz,
    end_time              timestamptz,
    auto_renew            boolean     NOT NULL,
    charges               boolean     NOT NULL,
    create_time           timestamptz NOT NULL,
    change_time           timestamptz NOT NULL,
    CONSTRAINT resource_kind_is_known CHECK (kind BETWEEN 1 AND 2),
    CONSTRAINT resource_state_is_known CHECK (state BETWEEN 1 AND 4),
    CONSTRAINT resource_term_is_of_a_subscription CHECK ((kind = 2) = (end_time IS NOT NULL) AND (kind = 2) = (start_time IS NOT NULL)),
    CONSTRAINT resource_term_ends_later CHECK (end_time > start_time),
    CONSTRAINT resource_renewal_is_of_a_subscription CHECK (kind = 2 OR NOT auto_renew)
);
CREATE UNIQUE INDEX resource_by_source ON resource (source, resource_id);
CREATE INDEX resource_that_stands ON resource (account_id, registration_id) WHERE state <> 4;
CREATE INDEX resource_that_was_released ON resource (account_id, registration_id) WHERE state = 4;
REVOKE UPDATE, DELETE, TRUNCATE ON resource FROM CURRENT_USER;
GRANT UPDATE (state, version, end_time, auto_renew, charges, change_time) ON resource TO CURRENT_USER;
