-- ID-34: ending all sessions of a principal ends those that are just being opened, too: they begin in the epoch that they looked at, or not.
ALTER TABLE principal ADD COLUMN session_epoch bigint NOT NULL DEFAULT 0;
GRANT UPDATE (session_epoch) ON principal TO CURRENT_USER;
