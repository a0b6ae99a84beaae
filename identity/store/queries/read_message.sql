-- Whether a message went out.
SELECT state, deliver_time FROM message WHERE message_id = $1
