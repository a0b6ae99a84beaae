-- What happens at an account's line (A.6): by which policy, whether somebody was warned, until when services run on, since when they run or do
-- not, whether what was stopped may be released, and which turn a runner acknowledged last. What is suspended already has no moment.
ALTER TABLE account ADD COLUMN suspension_policy smallint NOT NULL DEFAULT 1 CONSTRAINT account_has_a_suspension_policy CHECK (suspension_policy BETWEEN 1 AND 3),
                    ADD COLUMN warned_time       timestamptz,
                    ADD COLUMN stop_due_time     timestamptz,
                    ADD COLUMN turned_time       timestamptz,
                    ADD COLUMN release_due       boolean NOT NULL DEFAULT false,
                    ADD COLUMN acknowledged_time timestamptz;

-- One for each question: of the sweep, and of whoever looks for runners that did not answer.
CREATE INDEX account_by_stop_due ON account (stop_due_time) WHERE stop_due_time IS NOT NULL AND NOT suspended AND moved_time IS NULL;
CREATE INDEX account_by_release ON account (turned_time) WHERE suspended AND NOT release_due AND moved_time IS NULL;
CREATE INDEX account_unacknowledged ON account (account_id) WHERE turned_time IS NOT NULL AND acknowledged_time IS DISTINCT FROM turned_time AND moved_time IS NULL;

-- Who says that it has done what a turn asks for.
CREATE TABLE suspension_acknowledgement (
    account_id       uuid        NOT NULL,
    turned_time      timestamptz NOT NULL,
    runner           text        NOT NULL,
    acknowledge_time timestamptz NOT NULL,
    PRIMARY KEY (account_id, turned_time, runner)
);
