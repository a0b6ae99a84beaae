-- Notices that the gateway sent before there were origins it must not send again: those requests move to the origin of its step
-- gateway.send_notice. They are told by their answer: the id of their message in the first field.
INSERT INTO request (company_id, request_id, origin, body_hash, code, answer, recorded_time)
SELECT before.company_id, before.request_id, 'f7497143-3fda-8ae8-b466-33f2c2afce27', before.body_hash, before.code, before.answer,
       before.recorded_time
FROM message
JOIN request_before AS before ON before.code = 0 AND before.answer = '\x0a24'::bytea || convert_to(message.message_id::text, 'UTF8');
