-- A change of an account's e-mail address or number that is under way, or was the last of its channel, and how many were started that day.
-- confirm_time: when the codes were right of one whose old contact is lost, and which waits.
CREATE TABLE contact_change (
    account_id     uuid NOT NULL REFERENCES account,
    channel        text NOT NULL,
    change_id      uuid NOT NULL,
    sealed         bytea NOT NULL,
    contact_index  bytea NOT NULL,
    old_lost       boolean NOT NULL,
    start_time     timestamptz NOT NULL,
    confirm_time   timestamptz,
    end_time       timestamptz,
    starts         bigint NOT NULL,
    starts_since   timestamptz NOT NULL,
    PRIMARY KEY (account_id, channel),
    CONSTRAINT contact_change_is_of_email_or_phone CHECK (channel IN ('EMAIL', 'PHONE'))
);
