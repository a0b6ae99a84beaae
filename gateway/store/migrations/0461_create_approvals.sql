-- Acts over a ceiling that others have to allow (c-19): how many of them, of which roles, the account says with its ceilings.
ALTER TABLE gateway.ceiling_policy ADD COLUMN approvers bigint NOT NULL DEFAULT 0 CONSTRAINT ceiling_policy_asks_a_few CHECK (approvers BETWEEN 0 AND 5);
ALTER TABLE gateway.ceiling_policy ADD COLUMN approver_roles text NOT NULL DEFAULT '';

-- One row an act, kept as its request came; who approved, and how it ended, stays for ever.
CREATE TABLE gateway.approval (
    approval_id uuid NOT NULL PRIMARY KEY,
    account_id uuid NOT NULL,
    requester_id uuid NOT NULL,
    request_id uuid NOT NULL,
    -- The session or key that the request came with.
    credential_id text NOT NULL,
    rpc text NOT NULL,
    request bytea NOT NULL,
    hash bytea NOT NULL,
    action text NOT NULL,
    amount_micros bigint NOT NULL,
    currency text NOT NULL,
    target_account_id text NOT NULL,
    payment_method_id text NOT NULL,
    remark text NOT NULL,
    approvers bigint NOT NULL,
    state text NOT NULL,
    create_time timestamptz NOT NULL,
    expire_time timestamptz NOT NULL,
    end_time timestamptz,
    failure_reason text NOT NULL DEFAULT '',
    CONSTRAINT approval_of_a_request UNIQUE (account_id, requester_id, request_id),
    CONSTRAINT approval_ends_in_its_state CHECK ((end_time IS NULL) = (state IN ('PENDING', 'APPROVED')))
);
CREATE INDEX approval_of_account ON gateway.approval (account_id, approval_id) WHERE account_id IS NOT NULL AND approval_id IS NOT NULL;
CREATE INDEX approval_open ON gateway.approval (account_id) WHERE end_time IS NULL;
CREATE INDEX approval_pending ON gateway.approval (expire_time) WHERE state = 'PENDING' AND expire_time IS NOT NULL;

-- An approver's word; each has one.
CREATE TABLE gateway.approval_vote (
    approval_id uuid NOT NULL,
    principal_id uuid NOT NULL,
    approves boolean NOT NULL,
    credential_id text NOT NULL,
    vote_time timestamptz NOT NULL,
    PRIMARY KEY (approval_id, principal_id)
);
