-- How many freezes had come into force when the last of them was told here (GW-03): orders that were let in before are not accepted. One
-- number in as many places as there are lanes, so that whoever raises it meets one lane's batches in each, which come one after another.
CREATE TABLE freeze_fence (
    place  bigint PRIMARY KEY,
    epoch  bigint NOT NULL
);
INSERT INTO freeze_fence (place, epoch) SELECT place, 0 FROM generate_series(1, 16) AS place;
