-- ID-34: the network that a session was opened from, as people are shown it.
ALTER TABLE session ADD COLUMN network text NOT NULL DEFAULT '';
