-- ID-43: what an account demands of whoever acts in it; 0 and '': nothing beyond what holds for every session.
ALTER TABLE account
    ADD COLUMN session_networks text NOT NULL DEFAULT '',
    ADD COLUMN session_lifetime_minutes bigint NOT NULL DEFAULT 0,
    ADD COLUMN session_idle_minutes bigint NOT NULL DEFAULT 0,
    ADD COLUMN sessions_max bigint NOT NULL DEFAULT 0,
    ADD COLUMN device_trust_hours bigint NOT NULL DEFAULT 0;

-- The longest pause between two uses; the device, by the hash of its token, and when a factor was proved on it before the session began.
ALTER TABLE session
    ADD COLUMN pause_us bigint NOT NULL DEFAULT 0,
    ADD COLUMN device_hash bytea,
    ADD COLUMN device_proof_time timestamptz;
CREATE INDEX session_of_device ON session (device_hash) WHERE device_hash IS NOT NULL;
