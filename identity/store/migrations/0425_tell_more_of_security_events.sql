-- Log-ins, sessions and roles are noted beside factors: of which account it is (NULL: of the person alone), who did it when it was somebody
-- else, from which network, and how many times it stands for.
ALTER TABLE security_event
    ADD COLUMN account_id uuid,
    ADD COLUMN actor_id uuid,
    ADD COLUMN detail text NOT NULL DEFAULT '',
    ADD COLUMN device text NOT NULL DEFAULT '',
    ADD COLUMN network text NOT NULL DEFAULT '',
    ADD COLUMN times bigint NOT NULL DEFAULT 1;
CREATE INDEX security_event_of_account ON security_event (account_id, event_id) WHERE account_id IS NOT NULL;

-- Failed log-ins by an address within an hour. The first ones are events at once; of the others there is one event when the hour is over.
CREATE TABLE log_in_failed_hour (
    email_index   bytea NOT NULL,
    hour_time     timestamptz NOT NULL,
    principal_id  uuid REFERENCES principal,
    failures      bigint NOT NULL,
    PRIMARY KEY (email_index, hour_time)
);
CREATE INDEX log_in_failed_hour_by_time ON log_in_failed_hour (hour_time);
