-- Lines of usage that coupons were asked for, and how much each pays (D.9). company_id: under which the account was opened, for ever.
CREATE TABLE coupon_line (
    company_id uuid NOT NULL,
    line_id uuid NOT NULL,
    account_id uuid NOT NULL,
    usage_time timestamptz NOT NULL,
    product text NOT NULL,
    bill_type text NOT NULL,
    region text NOT NULL,
    amount_micros bigint NOT NULL,
    currency text NOT NULL,
    PRIMARY KEY (company_id, line_id),
    CONSTRAINT coupon_line_costs_something CHECK (amount_micros > 0)
);

CREATE TABLE coupon_use (
    company_id uuid NOT NULL,
    line_id uuid NOT NULL,
    place bigint NOT NULL,
    asset_id uuid NOT NULL,
    used_micros bigint NOT NULL,
    returned_micros bigint NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (company_id, line_id, place),
    CONSTRAINT coupon_use_gives_back_no_more_than_it_paid CHECK (returned_micros BETWEEN 0 AND used_micros),
    FOREIGN KEY (company_id, line_id) REFERENCES coupon_line (company_id, line_id)
);

-- Coupons that may pay: the question's condition.
CREATE INDEX asset_that_pays ON asset (company_id, expire_time) WHERE kind = 4 AND remaining_micros > 0;
