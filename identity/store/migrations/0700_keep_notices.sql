-- What people were told, as a list of theirs: who is told finds it after the message is gone. No secret and no code is in it.
CREATE TABLE notice (
    notice_id     uuid NOT NULL,
    principal_id  uuid NOT NULL REFERENCES principal,
    account_id    uuid REFERENCES account,
    kind          text NOT NULL,
    subject       text NOT NULL,
    body          text NOT NULL,
    create_time   timestamptz NOT NULL,
    read_time     timestamptz,
    PRIMARY KEY (principal_id, notice_id)
);
CREATE INDEX notice_by_time ON notice (create_time) WHERE create_time IS NOT NULL;
REVOKE UPDATE ON notice FROM CURRENT_USER;
GRANT UPDATE (read_time) ON notice TO CURRENT_USER;
