-- A partner's table of discounts (LED-25): its tiers since a calendar month (domain/month.h); of two of the same month that which was set last.
CREATE TABLE group_tier (
    agent_id    uuid        NOT NULL,
    month       bigint      NOT NULL,
    set_time    timestamptz NOT NULL,
    place       bigint      NOT NULL,
    from_micros bigint      NOT NULL,
    ppm         bigint      NOT NULL,
    PRIMARY KEY (agent_id, month, set_time, place)
);
REVOKE UPDATE, DELETE, TRUNCATE ON group_tier FROM CURRENT_USER;

-- What a partner and its customers used in a calendar month of the partner, at list prices and less refunds.
CREATE TABLE group_volume (
    agent_id uuid   NOT NULL,
    month    bigint NOT NULL,
    currency text   NOT NULL,
    micros   bigint NOT NULL,
    PRIMARY KEY (agent_id, month, currency)
);

-- At which prices partners sell on in a calendar month (c-12). customer_id NULL, product_id '': all.
CREATE TABLE repricing (
    repricing_id uuid        PRIMARY KEY,
    partner_id   uuid        NOT NULL,
    month        bigint      NOT NULL,
    customer_id  uuid,
    product_id   text        NOT NULL,
    basis        bigint      NOT NULL,
    ppm          bigint      NOT NULL,
    set_time     timestamptz NOT NULL,
    CONSTRAINT repricing_is_a_price CHECK (basis BETWEEN 1 AND 2 AND ppm > -1000000)
);
CREATE INDEX repricing_of_month ON repricing (partner_id, month);
CREATE INDEX repricing_of_partner ON repricing (partner_id, repricing_id);
REVOKE UPDATE, DELETE, TRUNCATE ON repricing FROM CURRENT_USER;
