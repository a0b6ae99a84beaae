-- Keeps what was sent to another chain.
-- in: transit_ids id[], kinds int64[], sender_ids id[], receiver_ids id[], amount_micros int64[], currencies text[], sent_times time[]
INSERT INTO transit (transit_id, kind, state, sender_id, receiver_id, amount_micros, currency, sent_time)
SELECT transit_id, kind, 1, sender_id, receiver_id, amount_micros, currency, sent_time
FROM unnest(:transit_ids, :kinds, :sender_ids, :receiver_ids, :amount_micros, :currencies, :sent_times)
    AS new (transit_id, kind, sender_id, receiver_id, amount_micros, currency, sent_time)
