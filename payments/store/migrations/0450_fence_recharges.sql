-- How many freezes had come into force when the last of them was told here (GW-03): recharges that were let in before are not accepted.
CREATE TABLE freeze_fence (
    one    boolean PRIMARY KEY DEFAULT true,
    epoch  bigint NOT NULL,
    CONSTRAINT fence_is_one_row CHECK (one)
);
INSERT INTO freeze_fence (epoch) VALUES (0);
