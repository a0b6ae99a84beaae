-- Notes that a partner was told of a contact that it cannot be invited.
-- in: agent_account_id id, answer_time time, answer_id id
INSERT INTO contact_answer (agent_account_id, answer_time, answer_id) VALUES (:agent_account_id, :answer_time, :answer_id)
