-- An override as two operators granted it (LED-19); that of account is the moment until which one holds now. Nobody but time ends one whose
-- end_time is not set. Those of before have no operators here and stand in account alone.
CREATE TABLE account_override (
    company_id  uuid        NOT NULL,
    override_id uuid        NOT NULL,
    account_id  uuid        NOT NULL,
    until_time  timestamptz NOT NULL,
    reason      text        NOT NULL,
    operator_id uuid        NOT NULL,
    approver_id uuid        NOT NULL,
    approval_id uuid        NOT NULL,
    grant_time  timestamptz NOT NULL,
    end_time    timestamptz,
    ended_by    uuid,
    PRIMARY KEY (company_id, override_id),
    CONSTRAINT account_override_takes_two CHECK (approver_id <> operator_id),
    CONSTRAINT account_override_ends_by_somebody CHECK ((end_time IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX account_override_that_stands ON account_override (company_id, account_id) WHERE end_time IS NULL;
CREATE INDEX account_override_by_id ON account_override (override_id);
