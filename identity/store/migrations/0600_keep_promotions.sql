-- ID-29: promotions as operators defined them, and what accounts activated. Lists stand with spaces between.
CREATE TABLE promotion (
    promotion_id     uuid PRIMARY KEY,
    code             text NOT NULL UNIQUE CHECK (length(code) <= 32),
    channel          text NOT NULL CHECK (channel IN ('', 'DIRECT', 'REFERRAL', 'PARTNER', 'UPGRADE')),
    within_days      bigint NOT NULL,
    until_time       timestamptz,
    currency         text NOT NULL,
    amount_micros    bigint NOT NULL CHECK (amount_micros > 0),
    products         text NOT NULL,
    bill_types       text NOT NULL,
    regions          text NOT NULL,
    verification     text NOT NULL CHECK (verification IN ('', 'SECOND_CHANNEL', 'BILLING_ADDRESS', 'COMPANY')),
    grant_days       bigint NOT NULL CHECK (grant_days > 0),
    activations_max  bigint NOT NULL,
    activation_count bigint NOT NULL DEFAULT 0,
    defined_by       uuid NOT NULL REFERENCES principal,
    define_time      timestamptz NOT NULL,
    end_time         timestamptz,
    CONSTRAINT promotion_is_activated_no_more_than_it_may CHECK (activation_count BETWEEN 0 AND activations_max),
    CONSTRAINT promotion_closes CHECK (within_days > 0 OR until_time IS NOT NULL)
);
CREATE INDEX promotion_that_is_open ON promotion (promotion_id) WHERE end_time IS NULL;
-- A promotion is defined once: it is counted and ended, and nothing else of it changes.
REVOKE UPDATE, DELETE, TRUNCATE ON promotion FROM CURRENT_USER;
GRANT UPDATE (activation_count, end_time) ON promotion TO CURRENT_USER;

-- The id is that of the coupon that comes of it.
CREATE TABLE promotion_activation (
    account_id    uuid NOT NULL REFERENCES account,
    coupon_id     uuid NOT NULL,
    promotion_id  uuid NOT NULL REFERENCES promotion,
    actor_id      uuid NOT NULL REFERENCES principal,
    activate_time timestamptz NOT NULL,
    expire_time   timestamptz NOT NULL,
    PRIMARY KEY (account_id, coupon_id),
    CONSTRAINT promotion_is_activated_once UNIQUE (account_id, promotion_id)
);
REVOKE UPDATE, DELETE, TRUNCATE ON promotion_activation FROM CURRENT_USER;
