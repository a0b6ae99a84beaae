-- What records of usage cost, beside the batcher. state: 1 it waits, 2 it is rated, 3 it is parked, since parked_time and for a reason. The
-- columns behind are the steps of its line (D.9): used_micros is how much of its meter was used before it. fold_id: with which it is booked.
ALTER TABLE usage_record ADD COLUMN state smallint NOT NULL DEFAULT 1 CONSTRAINT usage_record_state_is_known CHECK (state BETWEEN 1 AND 3);
ALTER TABLE usage_record ADD COLUMN parked_reason text;
ALTER TABLE usage_record ADD COLUMN parked_time timestamptz;
ALTER TABLE usage_record ADD COLUMN period_time timestamptz;
ALTER TABLE usage_record ADD COLUMN currency text;
ALTER TABLE usage_record ADD COLUMN price_id uuid;
ALTER TABLE usage_record ADD COLUMN price_book_id text;
ALTER TABLE usage_record ADD COLUMN used_micros bigint;
ALTER TABLE usage_record ADD COLUMN covered_micros bigint;
ALTER TABLE usage_record ADD COLUMN list_micros bigint;
ALTER TABLE usage_record ADD COLUMN discount_micros bigint;
ALTER TABLE usage_record ADD COLUMN contracted_micros bigint;
ALTER TABLE usage_record ADD COLUMN coupon_micros bigint;
ALTER TABLE usage_record ADD COLUMN net_micros bigint;
ALTER TABLE usage_record ADD COLUMN fold_id uuid;
GRANT UPDATE (state, parked_reason, parked_time, period_time, currency, price_id, price_book_id, used_micros, covered_micros, list_micros,
              discount_micros, contracted_micros, coupon_micros, net_micros, fold_id) ON usage_record TO CURRENT_USER;
CREATE INDEX usage_record_to_rate ON usage_record (account_id, line_id) WHERE state = 1;
CREATE INDEX usage_record_parked ON usage_record (parked_time) WHERE state = 3;
CREATE INDEX usage_record_parked_line ON usage_record (line_id) WHERE state = 3;

-- How much of a SKU an account used in a region in a calendar month of its billing time zone, as far as it is rated.
CREATE TABLE meter_period (
    account_id      uuid        NOT NULL,
    sku_id          text        NOT NULL,
    region_id       text        NOT NULL,
    period_time     timestamptz NOT NULL,
    quantity_micros bigint      NOT NULL,
    PRIMARY KEY (account_id, sku_id, region_id, period_time),
    CONSTRAINT meter_period_is_not_negative CHECK (quantity_micros >= 0)
);

-- An account whose usage is rated: whoever rates holds the row. carried_micros: what lines gave back that no order has taken into account yet.
CREATE TABLE usage_account (
    account_id     uuid   PRIMARY KEY,
    carried_micros bigint NOT NULL DEFAULT 0,
    CONSTRAINT usage_account_carries_nothing_to_pay CHECK (carried_micros <= 0)
);

-- Lines of one day of an account that are booked by one order, whose request id is the fold's. It is kept with its lines, and sent until it is
-- answered. state: 1 to be sent, 2 booked, as entry_id, 3 refused for a reason, 4 there is nothing to book.
CREATE TABLE usage_fold (
    fold_id        uuid        PRIMARY KEY,
    account_id     uuid        NOT NULL,
    day_time       timestamptz NOT NULL,
    effective_time timestamptz NOT NULL,
    currency       text        NOT NULL,
    lines_micros   bigint      NOT NULL,
    order_micros   bigint      NOT NULL,
    state          smallint    NOT NULL,
    reason         text,
    entry_id       uuid,
    rated_time     timestamptz NOT NULL,
    CONSTRAINT usage_fold_state_is_known CHECK (state BETWEEN 1 AND 4),
    CONSTRAINT usage_fold_orders_what_there_is CHECK (order_micros >= 0 AND (order_micros = 0) = (state = 4))
);
CREATE INDEX usage_fold_to_book ON usage_fold (fold_id) WHERE state = 1;
CREATE INDEX usage_fold_refused ON usage_fold (fold_id) WHERE state = 3;
REVOKE UPDATE, DELETE, TRUNCATE ON usage_fold FROM CURRENT_USER;
GRANT UPDATE (state, reason, entry_id) ON usage_fold TO CURRENT_USER;
