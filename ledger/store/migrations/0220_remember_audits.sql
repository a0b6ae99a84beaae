-- The ledger's own audit, which one replica at a time runs: when the last one ended, and its findings. While one is under way, who runs it
-- has the row until lease_time, and begun_time tells his run from the next.
CREATE TABLE audit_run (
    one        boolean     PRIMARY KEY DEFAULT true CONSTRAINT audit_run_is_one CHECK (one),
    begun_time timestamptz NOT NULL,
    lease_time timestamptz NOT NULL,
    ended_time timestamptz NOT NULL,
    companies  bigint      NOT NULL,
    findings   bigint      NOT NULL
);
INSERT INTO audit_run (begun_time, lease_time, ended_time, companies, findings)
VALUES (to_timestamp(0), to_timestamp(0), to_timestamp(0), 0, 0);
