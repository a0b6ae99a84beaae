-- Caps (LED-31, LED-38): how much an account may spend in a calendar month of its billing zone, as it set it itself and as was set from above
-- it, and what was spent and is set aside in the month that was counted last. An account without a cap has no row. Changed under the locks of
-- the chains in which it is spent for the account.
CREATE TABLE spending_cap (
    account_id       uuid        NOT NULL,
    own_micros       bigint,
    above_micros     bigint,
    month_start_time timestamptz NOT NULL,
    month_end_time   timestamptz NOT NULL,
    spent_micros     bigint      NOT NULL,
    reserved_micros  bigint      NOT NULL,
    exceeded_told    boolean     NOT NULL,
    PRIMARY KEY (account_id),
    CONSTRAINT spending_cap_is_set CHECK (coalesce(own_micros, above_micros) IS NOT NULL AND least(own_micros, above_micros) >= 0),
    CONSTRAINT spending_cap_is_of_a_month CHECK (month_start_time < month_end_time)
);

-- Those that pay for an account, and what is set aside for it. Each says what always holds, so that no other question finds it (0150).
CREATE INDEX quota_of_sub_account ON quota (sub_account_id, company_id) WHERE line_micros >= 0;
CREATE INDEX hold_active_for ON hold (sub_account_id) WHERE state = 1 AND sub_account_id IS NOT NULL AND placed_time IS NOT NULL;
