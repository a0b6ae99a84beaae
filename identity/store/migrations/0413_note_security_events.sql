-- What happened to the means by which a principal is known (ID-32): only added to, not even changed by the owner, from whom the service's
-- role has its privileges.
CREATE TABLE security_event (
    event_id      uuid PRIMARY KEY,
    principal_id  uuid NOT NULL REFERENCES principal,
    session_id    uuid NOT NULL,
    kind          text NOT NULL,
    note_time     timestamptz NOT NULL
);
CREATE INDEX security_event_of_principal ON security_event (principal_id, event_id);
REVOKE UPDATE, DELETE, TRUNCATE ON security_event FROM CURRENT_USER;
