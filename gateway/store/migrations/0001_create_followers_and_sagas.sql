-- How far the gateway has read another context's events.
CREATE TABLE gateway.follower (
    peer text NOT NULL PRIMARY KEY,
    cursor text NOT NULL,
    CONSTRAINT follower_names_a_peer CHECK (peer <> '')
);

-- Work that spans contexts and is carried to its end whatever is killed when: one row for every event that asks for some, kept in the
-- transaction that moves the follower's cursor. Due in the future means that a replica has it in hand, or that it will be tried again.
CREATE TABLE gateway.saga (
    saga_id uuid NOT NULL PRIMARY KEY,
    event_type text NOT NULL,
    payload bytea NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    due_time timestamptz NOT NULL,
    create_time timestamptz NOT NULL,
    finish_time timestamptz,
    outcome text NOT NULL DEFAULT '',
    CONSTRAINT saga_names_its_event CHECK (event_type <> ''),
    CONSTRAINT saga_is_finished_with_an_outcome CHECK ((finish_time IS NULL) = (outcome = ''))
);
CREATE INDEX saga_due ON gateway.saga (due_time) WHERE finish_time IS NULL;
