-- Files that prove a submission of a company or of a real name. All of a submission are sealed under one key, which is kept sealed itself:
-- without it they say nothing. due_time: when they are deleted, from the decision on; what remains of a deleted one is that it was there.
CREATE TABLE evidence_key (
    submission_id  uuid PRIMARY KEY,
    key_sealed     bytea NOT NULL
);

CREATE TABLE evidence_file (
    evidence_file_id  uuid PRIMARY KEY,
    submission_id     uuid NOT NULL,
    account_id        uuid NOT NULL REFERENCES account,
    principal_id      uuid NOT NULL REFERENCES principal,
    form              text NOT NULL DEFAULT '',
    size              bigint NOT NULL,
    received          bigint NOT NULL DEFAULT 0,
    sha256            bytea NOT NULL,
    hash_sealed       bytea,
    begin_time        timestamptz NOT NULL,
    complete_time     timestamptz,
    due_time          timestamptz,
    delete_time       timestamptz,
    CONSTRAINT evidence_form_is_known CHECK (form IN ('', 'PDF', 'JPEG', 'PNG')),
    CONSTRAINT evidence_is_no_more_than_was_told CHECK (received >= 0 AND received <= size AND size <= 4194304),
    CONSTRAINT evidence_is_complete_when_all_is_there CHECK ((complete_time IS NOT NULL) = (received = size))
);
CREATE INDEX evidence_of_submission ON evidence_file (submission_id, evidence_file_id) WHERE submission_id IS NOT NULL;
CREATE INDEX evidence_of_account ON evidence_file (account_id) WHERE delete_time IS NULL;
CREATE INDEX evidence_that_is_due ON evidence_file (due_time) WHERE delete_time IS NULL AND due_time IS NOT NULL;

CREATE TABLE evidence_piece (
    evidence_file_id  uuid NOT NULL REFERENCES evidence_file,
    place             bigint NOT NULL,
    content_sealed    bytea NOT NULL,
    PRIMARY KEY (evidence_file_id, place)
);
ALTER TABLE evidence_piece ALTER COLUMN content_sealed SET STORAGE EXTERNAL;

-- Under which look a file was read first: only added to.
CREATE TABLE evidence_reading (
    evidence_file_id  uuid NOT NULL,
    look_id           uuid NOT NULL,
    PRIMARY KEY (evidence_file_id, look_id)
);
REVOKE UPDATE, DELETE, TRUNCATE ON evidence_reading FROM CURRENT_USER;
