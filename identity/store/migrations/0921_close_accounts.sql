-- ID-12, B.1: an account that is closed, or about to be, has no partner and no customers.
ALTER TABLE account ADD COLUMN closed_time timestamptz;
