-- Freezes (GW-03, GW-04): one row freezes an account and all under it, found from below at each decision, so that those that join are
-- frozen and those that leave are not. A row is never changed but for its confirmation and its end; due_time
-- is when it ends by itself, until it has ended.
CREATE TABLE account_freeze (
    account_id          uuid NOT NULL REFERENCES account,
    freeze_id           uuid NOT NULL,
    level               text NOT NULL,
    reason              text NOT NULL,
    created_by          uuid NOT NULL REFERENCES principal,
    create_time         timestamptz NOT NULL,
    confirm_until_time  timestamptz,
    confirmed_by        uuid REFERENCES principal,
    begin_time          timestamptz,
    expire_time         timestamptz,
    ended_by            uuid REFERENCES principal,
    end_time            timestamptz,
    outcome             text,
    due_time            timestamptz,
    PRIMARY KEY (account_id, freeze_id),
    CONSTRAINT freeze_has_a_level CHECK (level IN ('RECHARGE', 'NEW_PURCHASE', 'PAYG_SUSPEND')),
    CONSTRAINT freeze_ends_somehow CHECK (outcome IN ('UNDONE', 'EXPIRED', 'LAPSED') AND end_time IS NOT NULL
        OR outcome IS NULL AND end_time IS NULL),
    CONSTRAINT freeze_is_confirmed_by_another CHECK (confirmed_by <> created_by),
    CONSTRAINT freeze_begins_once_confirmed CHECK (begin_time IS NULL OR confirm_until_time IS NULL OR confirmed_by IS NOT NULL)
);
CREATE INDEX freeze_that_holds ON account_freeze (account_id) WHERE end_time IS NULL;
CREATE INDEX freeze_to_end ON account_freeze (due_time) WHERE due_time IS NOT NULL;

-- Counts the freezes that came into force, in the order of their commits: who has read a number has read the freezes up to it.
CREATE TABLE freeze_epoch (
    one    boolean PRIMARY KEY DEFAULT true,
    epoch  bigint NOT NULL,
    CONSTRAINT epoch_is_one_row CHECK (one)
);
INSERT INTO freeze_epoch (epoch) VALUES (0);
