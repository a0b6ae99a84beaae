-- S9: wrong passwords are counted by address and lane (a known device, else the source), so that a stranger locks nobody else out; all
-- unknown lanes of an address together are bounded by the day.
CREATE TABLE log_in_lane (
    email_index  bytea NOT NULL,
    lane         bytea NOT NULL,
    failures     bigint NOT NULL,
    wait_time    timestamptz NOT NULL,
    PRIMARY KEY (email_index, lane)
);
CREATE INDEX log_in_lane_by_time ON log_in_lane (wait_time);

CREATE TABLE log_in_day (
    email_index  bytea PRIMARY KEY,
    failures     bigint NOT NULL,
    since        timestamptz NOT NULL
);
CREATE INDEX log_in_day_by_time ON log_in_day (since);

-- Devices and sources from which an address has logged in.
CREATE TABLE log_in_known (
    email_index  bytea NOT NULL,
    lane         bytea NOT NULL,
    seen_time    timestamptz NOT NULL,
    PRIMARY KEY (email_index, lane)
);
CREATE INDEX log_in_known_by_time ON log_in_known (seen_time);

DROP TABLE log_in_failure;

-- S10: messages of codes, by who makes us send them, so that sending has a limit and a price.
CREATE TABLE text_sent (
    kind       text NOT NULL,
    subject    bytea NOT NULL,
    send_time  timestamptz NOT NULL,
    send_id    uuid NOT NULL,
    PRIMARY KEY (kind, subject, send_time, send_id)
);
CREATE INDEX text_sent_by_time ON text_sent (send_time);
CREATE TABLE text_sender (
    kind       text NOT NULL,
    subject    bytea NOT NULL,
    last_time  timestamptz NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX text_sender_by_time ON text_sender (last_time);
