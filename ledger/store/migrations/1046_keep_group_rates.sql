-- The rate of a partner's group in a calendar month, as the first of its lines had it: whatever is added to the volume afterwards, it stays (A.3).
CREATE TABLE group_rate (
    agent_id uuid   NOT NULL,
    month    bigint NOT NULL,
    currency text   NOT NULL,
    ppm      bigint NOT NULL,
    PRIMARY KEY (agent_id, month, currency),
    CONSTRAINT group_rate_is_a_rate CHECK (ppm BETWEEN 0 AND 1000000)
);
REVOKE UPDATE, DELETE, TRUNCATE ON group_rate FROM CURRENT_USER;
