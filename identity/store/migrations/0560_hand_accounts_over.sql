-- An account goes from its owner, who leaves, to another person (ID-27). The sealed contacts are the successor's; outcome: how it ended.
CREATE TABLE hand_over (
    hand_over_id  uuid NOT NULL,
    account_id    uuid NOT NULL REFERENCES account,
    leaver_id     uuid NOT NULL REFERENCES principal,
    begun_by      uuid NOT NULL REFERENCES principal,
    by_operator   boolean NOT NULL,
    reason        text NOT NULL,
    email_sealed  bytea NOT NULL,
    email_index   bytea NOT NULL,
    phone_sealed  bytea NOT NULL,
    phone_index   bytea NOT NULL,
    create_time   timestamptz NOT NULL,
    prove_time    timestamptz,
    end_time      timestamptz,
    outcome       text,
    successor_id  uuid REFERENCES principal,
    approved_by   uuid REFERENCES principal,
    PRIMARY KEY (account_id, hand_over_id),
    CONSTRAINT hand_over_ends_somehow CHECK ((end_time IS NULL) = (outcome IS NULL) AND outcome IN ('DONE', 'CANCELLED')),
    CONSTRAINT hand_over_has_a_successor_when_done CHECK (((outcome = 'DONE') IS TRUE) = (successor_id IS NOT NULL))
);

-- A successor who had no account has this one from then on, and its address.
GRANT UPDATE (account_id, email_sealed) ON principal TO CURRENT_USER;
