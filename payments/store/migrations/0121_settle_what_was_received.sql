-- Money that was received and could not be credited: in suspense, or on its way back to the payer; and who decided so.
ALTER TABLE top_up
    ADD COLUMN suspense_reason text NOT NULL DEFAULT '',
    ADD COLUMN suspense_time timestamptz,
    ADD COLUMN returned_time timestamptz,
    DROP CONSTRAINT top_up_open_has_a_next_time,
    ADD CONSTRAINT top_up_driven_has_a_next_time
        CHECK ((next_time IS NOT NULL) = (state IN ('CREATED', 'PENDING', 'UNKNOWN') OR (state = 'REFUNDING' AND rail <> 'WIRE' AND failure_reason <> 'REFUND_DECLINED'))),
    ADD CONSTRAINT top_up_in_suspense_says_why CHECK ((suspense_time IS NULL) = (suspense_reason = ''));

CREATE INDEX top_up_unsettled ON top_up (top_up_id) WHERE state IN ('SUCCEEDED', 'MANUAL', 'IN_SUSPENSE', 'RETURNING', 'REFUNDING');

-- What operators did to a top-up.
CREATE TABLE top_up_act (
    account_id   uuid        NOT NULL,
    top_up_id    uuid        NOT NULL,
    act_time     timestamptz NOT NULL,
    act          text        NOT NULL,
    principal_id text        NOT NULL,
    remark       text        NOT NULL,
    PRIMARY KEY (account_id, top_up_id, act_time),
    FOREIGN KEY (account_id, top_up_id) REFERENCES top_up (account_id, top_up_id)
);
