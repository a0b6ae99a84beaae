-- A request for more ends with the relation (LED-41): state 7, lapsed. Those that a former partner was asked for have.
UPDATE funding_request
SET state = 7, end_time = statement_timestamp()
WHERE state = 1 AND NOT EXISTS (
    SELECT FROM relation WHERE relation.customer_id = funding_request.customer_id AND relation.agent_id = funding_request.agent_id AND NOT ended
);
