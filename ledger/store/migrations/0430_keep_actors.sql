-- An actor as a company's entries name it: reference is the first half of SHA-256 over the canonical form (runtime/base/actor.h), so a row
-- says of itself whether it was changed. Entries of before have none.
CREATE TABLE actor (
    company_id      uuid     NOT NULL,
    reference       uuid     NOT NULL,
    principal_id    uuid,
    account_id      uuid,
    credential_kind smallint NOT NULL,
    credential_id   uuid,
    roles           text     NOT NULL,
    approval_id     uuid,
    step            text     NOT NULL,
    PRIMARY KEY (company_id, reference),
    CONSTRAINT actor_is_somebody CHECK (principal_id IS NOT NULL OR step <> '')
);

-- What was done and became no entry: an order that was refused for ever, a setting of an account or a company. Written under the lock of
-- the company's chain, which was after_sequence entries long then, as the number-th behind that entry; so (after_sequence, number) is the
-- order of commits, and whoever has seen a place has seen all before it. kind is that of the order; 0: action names an rpc. reason '': it was done.
CREATE TABLE act (
    company_id      uuid        NOT NULL,
    after_sequence  bigint      NOT NULL,
    number          bigint      NOT NULL,
    kind            smallint    NOT NULL,
    action          text        NOT NULL,
    account_id      uuid,
    counterparty_id uuid,
    amount_micros   bigint      NOT NULL,
    currency        text        NOT NULL,
    remark          text        NOT NULL,
    tag             text        NOT NULL,
    reason          text        NOT NULL,
    request_id      uuid,
    actor_reference uuid,
    recorded_time   timestamptz NOT NULL,
    PRIMARY KEY (company_id, after_sequence, number)
);

-- Append-only, as entries are.
REVOKE UPDATE, DELETE, TRUNCATE ON actor, act FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON actor, act FROM CURRENT_USER;
