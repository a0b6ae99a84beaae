-- By which zone an account's billing periods are (D.14); the first counts from the epoch on. An account that has none here is billed in UTC.
CREATE TABLE billing_zone (
    account_id uuid        NOT NULL,
    since_time timestamptz NOT NULL,
    time_zone  text        NOT NULL,
    PRIMARY KEY (account_id, since_time)
);
