-- What customers ask their agents for (LED-41). state: 1 open, 2 granted, 3 declined, 4 taken back, 5 expired; what is open and past expire_time
-- is expired, noted or not. transfer_id: the allocation that granted it.
CREATE TABLE funding_request (
    funding_request_id uuid        PRIMARY KEY,
    customer_id        uuid        NOT NULL,
    agent_id           uuid        NOT NULL,
    amount_micros      bigint      NOT NULL,
    granted_micros     bigint,
    transfer_id        uuid,
    request_time       timestamptz NOT NULL,
    expire_time        timestamptz NOT NULL,
    end_time           timestamptz,
    state              smallint    NOT NULL,
    currency           text        NOT NULL,
    remark             text        NOT NULL,
    decline_remark     text        NOT NULL DEFAULT '',
    CONSTRAINT funding_request_is_of_two_and_of_money CHECK (customer_id <> agent_id AND amount_micros > 0),
    CONSTRAINT funding_request_is_open_or_ended CHECK ((state = 1) = (end_time IS NULL)),
    CONSTRAINT funding_request_is_granted_by_an_allocation CHECK ((state = 2) = (transfer_id IS NOT NULL) AND (state = 2) = (granted_micros IS NOT NULL))
);
-- Said in two ways, lest one side's question is answered by the other side's index.
CREATE UNIQUE INDEX funding_request_that_waits ON funding_request (customer_id) WHERE state = 1;
CREATE INDEX funding_request_that_waits_for ON funding_request (agent_id, funding_request_id) WHERE end_time IS NULL;
CREATE INDEX funding_request_by_time ON funding_request (customer_id, request_time);
CREATE INDEX funding_request_ended_of_customer ON funding_request (customer_id, funding_request_id) WHERE end_time IS NOT NULL;
CREATE INDEX funding_request_ended_of_agent ON funding_request (agent_id, funding_request_id) WHERE end_time IS NOT NULL;
