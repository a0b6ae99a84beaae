-- How far the accounts of a chain were looked at for budgets, behind what was folded (jobs/budget_watch).
ALTER TABLE told_chain ADD COLUMN budget_length bigint NOT NULL DEFAULT 0;
CREATE INDEX told_chain_to_budget ON told_chain (company_id) WHERE budget_length < folded_length;

-- What is to be told of an account's spending (LED-36, LED-44, domain/budget.h). period: 1 month, 2 quarter, 3 year. basis: 1 what was spent,
-- 2 what will be. thresholds: parts in a million of the amount, with a space between. fired_ppm: the highest that was told in the period that
-- began at period_start_time. version counts every change. looked_time: of the epoch, when it is to be looked at now.
CREATE TABLE budget (
    account_id        uuid        NOT NULL,
    budget_id         uuid        NOT NULL,
    name              text        NOT NULL,
    amount_micros     bigint      NOT NULL,
    period            smallint    NOT NULL,
    basis             smallint    NOT NULL,
    thresholds        text        NOT NULL,
    of_cap            boolean     NOT NULL,
    period_start_time timestamptz,
    fired_ppm         bigint      NOT NULL,
    looked_time       timestamptz NOT NULL,
    version           bigint      NOT NULL,
    create_time       timestamptz NOT NULL,
    change_time       timestamptz NOT NULL,
    PRIMARY KEY (account_id, budget_id),
    CONSTRAINT budget_amount_is_positive CHECK (amount_micros > 0),
    CONSTRAINT budget_period_is_known CHECK (period BETWEEN 1 AND 3),
    CONSTRAINT budget_basis_is_known CHECK (basis BETWEEN 1 AND 2)
);
CREATE INDEX budget_by_look ON budget (looked_time);
