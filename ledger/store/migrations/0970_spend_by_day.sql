-- What each account consumed on each of its days, less what was refunded, by the moment of the usage and not of its booking (D.11): folded out
-- of the chains by jobs/spend_fold, up to folded_length, behind what was told. day_time is when the day began in the account's billing time zone.
ALTER TABLE told_chain ADD COLUMN folded_length bigint NOT NULL DEFAULT 0;
CREATE INDEX told_chain_to_fold ON told_chain (company_id) WHERE folded_length < length;
CREATE TABLE spend_day (
    account_id uuid        NOT NULL,
    day_time   timestamptz NOT NULL,
    micros     bigint      NOT NULL,
    PRIMARY KEY (account_id, day_time)
);
