-- How much the roles of an account may move (PAY-26): one row an account that has ceilings, and one for each of them.
CREATE TABLE gateway.ceiling_policy (
    account_id uuid NOT NULL PRIMARY KEY,
    currency text NOT NULL,
    time_zone text NOT NULL,
    set_by_principal_id uuid NOT NULL,
    set_time timestamptz NOT NULL
);
CREATE TABLE gateway.ceiling (
    account_id uuid NOT NULL,
    role text NOT NULL,
    action text NOT NULL,
    transaction_micros bigint NOT NULL,
    day_micros bigint NOT NULL,
    PRIMARY KEY (account_id, role, action),
    CONSTRAINT ceiling_is_not_negative CHECK (transaction_micros >= 0 AND day_micros >= 0)
);

-- Moves with every change of any account's ceilings: what a gateway remembers of those that have none is of one generation.
CREATE TABLE gateway.ceiling_generation (
    one boolean NOT NULL PRIMARY KEY DEFAULT true,
    generation bigint NOT NULL,
    CONSTRAINT ceiling_generation_is_one CHECK (one)
);
INSERT INTO gateway.ceiling_generation (generation) VALUES (0);

-- What a principal used of a day of the account's calendar, and the acts that it is the sum of, each once by its request.
CREATE TABLE gateway.ceiling_use (
    account_id uuid NOT NULL,
    principal_id uuid NOT NULL,
    day text NOT NULL,
    action text NOT NULL,
    used_micros bigint NOT NULL,
    create_time timestamptz NOT NULL,
    PRIMARY KEY (account_id, principal_id, day, action),
    CONSTRAINT ceiling_use_is_not_negative CHECK (used_micros >= 0)
);
CREATE TABLE gateway.ceiling_act (
    account_id uuid NOT NULL,
    principal_id uuid NOT NULL,
    request_id uuid NOT NULL,
    digest bytea NOT NULL,
    day text NOT NULL,
    action text NOT NULL,
    amount_micros bigint NOT NULL,
    -- The top-up that it became: given back when that fails.
    object_id uuid,
    create_time timestamptz NOT NULL,
    PRIMARY KEY (account_id, principal_id, request_id)
);
CREATE INDEX ceiling_act_object ON gateway.ceiling_act (object_id) WHERE object_id IS NOT NULL;
CREATE INDEX ceiling_act_old ON gateway.ceiling_act (create_time) WHERE create_time IS NOT NULL;
CREATE INDEX ceiling_use_old ON gateway.ceiling_use (create_time) WHERE create_time IS NOT NULL;
