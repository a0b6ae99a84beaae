-- R5: partners and their customers as identity told of them; of two relations of the same accounts the later one has the higher id.
-- agent_pays: its terms say that the partner pays (LED-20, ID-39); paid_until_time: since when they say so no more.
CREATE TABLE relation (
    relation_id      uuid        PRIMARY KEY,
    agent_id         uuid        NOT NULL,
    customer_id      uuid        NOT NULL,
    version          bigint      NOT NULL,
    allocates        boolean     NOT NULL,
    agent_pays       boolean     NOT NULL,
    agent_purchases  boolean     NOT NULL,
    ended            boolean     NOT NULL,
    paid_until_time  timestamptz,
    CONSTRAINT relation_is_of_two CHECK (agent_id <> customer_id)
);
CREATE INDEX relation_of_two ON relation (customer_id, agent_id, relation_id);

-- A line counts under the relation that it was set under (PAY-16); NULL: it was set for an account of the same company.
ALTER TABLE quota ADD COLUMN line_relation_id uuid;
