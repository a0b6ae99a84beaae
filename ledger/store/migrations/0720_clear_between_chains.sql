-- Money between two chains (settled 11, LED-22): what one has sent and the other has not received yet stands in neither account's cash but
-- in clearing, the ninth book, and as a row here until it is received or returned. kind: 1 transfer, 2 revoke; state: 1 under way, 2
-- received, 3 returned. A transit has the id of the entry that sent it. transit_lot: which lots a revoke took it from, for the way back.
ALTER TABLE account ADD COLUMN clearing_micros bigint NOT NULL DEFAULT 0;

CREATE TABLE transit (
    transit_id    uuid        PRIMARY KEY,
    sender_id     uuid        NOT NULL,
    receiver_id   uuid        NOT NULL,
    amount_micros bigint      NOT NULL,
    sent_time     timestamptz NOT NULL,
    ended_time    timestamptz,
    kind          smallint    NOT NULL,
    state         smallint    NOT NULL,
    currency      text        NOT NULL,
    CONSTRAINT transit_is_of_two_and_of_money CHECK (sender_id <> receiver_id AND amount_micros > 0),
    CONSTRAINT transit_is_under_way_or_ended CHECK ((state = 1) = (ended_time IS NULL))
);
-- Said in two ways, lest one side's question is answered by the other side's index.
CREATE INDEX transit_of_sender ON transit (sender_id, (ended_time IS NULL));
CREATE INDEX transit_of_receiver ON transit (receiver_id, (state < 2));
CREATE INDEX transit_under_way ON transit (transit_id) WHERE state = 1;

CREATE TABLE transit_lot (
    transit_id   uuid   NOT NULL,
    lot_sequence bigint NOT NULL,
    micros       bigint NOT NULL,
    PRIMARY KEY (transit_id, lot_sequence)
);
REVOKE UPDATE, DELETE, TRUNCATE ON transit_lot FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON transit_lot FROM CURRENT_USER;
