-- B.3, c-8: times in which a partner was in trouble, and what became of its customers' relations meanwhile. A trouble is settled when it ended and
-- all of those were told.
CREATE TABLE upstream_trouble (
    trouble_id       uuid PRIMARY KEY,
    agent_account_id uuid NOT NULL REFERENCES account,
    cause            text NOT NULL CHECK (cause IN ('ENDED', 'FROZEN', 'OVERDUE')),
    begin_time       timestamptz NOT NULL,
    end_time         timestamptz,
    settle_time      timestamptz,
    CONSTRAINT trouble_ends_before_it_is_settled CHECK (settle_time IS NULL OR end_time IS NOT NULL)
);
CREATE UNIQUE INDEX trouble_of_agent ON upstream_trouble (agent_account_id) WHERE end_time IS NULL;
CREATE INDEX trouble_to_settle ON upstream_trouble (trouble_id) WHERE settle_time IS NULL;

CREATE TABLE relation_risk (
    risk_id             uuid PRIMARY KEY,
    relation_id         uuid NOT NULL REFERENCES relation,
    trouble_id          uuid NOT NULL REFERENCES upstream_trouble,
    customer_account_id uuid NOT NULL REFERENCES account,
    begin_time          timestamptz NOT NULL,
    grace_end_time      timestamptz NOT NULL,
    told                bigint NOT NULL,
    next_time           timestamptz,
    bridge_time         timestamptz,
    ran_out_time        timestamptz,
    end_time            timestamptz,
    CONSTRAINT risk_is_one_a_trouble UNIQUE (trouble_id, relation_id)
);
CREATE UNIQUE INDEX risk_of_customer ON relation_risk (customer_account_id) WHERE end_time IS NULL;
CREATE INDEX risk_of_trouble ON relation_risk (trouble_id, risk_id) WHERE (end_time IS NULL) IS TRUE;
CREATE INDEX risk_that_comes ON relation_risk (next_time) WHERE next_time IS NOT NULL;
REVOKE UPDATE, DELETE, TRUNCATE ON upstream_trouble, relation_risk FROM CURRENT_USER;
GRANT UPDATE (end_time, settle_time) ON upstream_trouble TO CURRENT_USER;
GRANT UPDATE (told, next_time, bridge_time, ran_out_time, end_time) ON relation_risk TO CURRENT_USER;

-- For the one question that goes along it; in other words than those of agent_that_holds, so that no other question is answered by it.
CREATE INDEX customer_that_holds ON relation_offer (agent_account_id, customer_account_id)
    WHERE (end_time IS NULL AND begin_time IS NOT NULL) IS TRUE;
