-- Whether a message went out.
-- in: message_id id
-- out: state text, deliver_time time?
SELECT state, deliver_time FROM message WHERE message_id = :message_id
