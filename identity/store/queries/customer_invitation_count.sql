-- Whether somebody has an address or number, whether a partner has invited it already, how many invitations and answers the partner has had within a
-- day, and how many invitations the contact. IS TRUE keeps the planner from the index by age.
-- in: agent_account_id id, contact_index bytes, day_start_time time, send_since_time time, create_since_time time
-- out: registered bool, invited bool, day int64, contact_day int64
SELECT EXISTS (SELECT FROM contact WHERE contact.contact_index = :contact_index AND (verify_time IS NOT NULL) IS TRUE)
       OR EXISTS (SELECT FROM principal WHERE principal.email_index = :contact_index AND delete_time IS NULL
                  AND (operator OR account_id IS NULL) IS TRUE) AS registered,
       EXISTS (SELECT FROM customer_invitation AS sent WHERE sent.contact_index = :contact_index AND sent.create_time > :create_since_time
               AND (agent_account_id = :agent_account_id AND associate_time IS NULL AND decline_time IS NULL AND cancel_time IS NULL
                    AND (accept_time IS NOT NULL OR send_time > :send_since_time)) IS TRUE) AS invited,
       (SELECT count(*) FROM customer_invitation AS ours WHERE ours.agent_account_id = :agent_account_id
           AND ours.create_time > :day_start_time)
       + (SELECT count(*) FROM contact_answer AS told WHERE told.agent_account_id = :agent_account_id
           AND (told.answer_time > :day_start_time) IS TRUE) AS day,
       (SELECT count(*) FROM customer_invitation AS theirs WHERE theirs.contact_index = :contact_index
           AND theirs.create_time > :day_start_time) AS contact_day
