-- What operators did to sagas, and open ones by their ids.
CREATE TABLE gateway.saga_act (
    saga_id      uuid        NOT NULL,
    act_time     timestamptz NOT NULL,
    act          text        NOT NULL,
    principal_id text        NOT NULL,
    PRIMARY KEY (saga_id, act_time)
);
CREATE INDEX saga_open ON gateway.saga (saga_id) WHERE finish_time IS NULL;
