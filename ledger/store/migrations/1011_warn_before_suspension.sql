-- How far the accounts of a chain were looked at for warnings, behind what was folded (jobs/ladder_watch).
ALTER TABLE told_chain ADD COLUMN warned_length bigint NOT NULL DEFAULT 0;
CREATE INDEX told_chain_to_warn ON told_chain (company_id) WHERE warned_length < folded_length;

-- Which rungs an account's money was below when it was looked at last, as bits (domain/ladder.h).
CREATE TABLE ladder (
    account_id  uuid        NOT NULL,
    company_id  uuid        NOT NULL,
    rungs       integer     NOT NULL,
    looked_time timestamptz NOT NULL,
    PRIMARY KEY (account_id)
);
CREATE INDEX ladder_by_look ON ladder (looked_time);

-- What an account was told before its services stopped, and when they did; each channel of a notice by itself.
CREATE TABLE suspension_notice (
    account_id   uuid        NOT NULL,
    notice_id    uuid        NOT NULL,
    channel      smallint    NOT NULL,
    rung         smallint    NOT NULL,
    rungs        integer     NOT NULL,
    raise_time   timestamptz NOT NULL,
    deliver_time timestamptz,
    PRIMARY KEY (account_id, notice_id, channel)
);
CREATE INDEX suspension_notice_by_time ON suspension_notice (account_id, raise_time);
