-- A promotion, taken for a change: activations are counted one after the other (ID-29).
-- in: code text
-- out: promotion_id id, code text, channel text, within_days int64, until_time time?, currency text, amount_micros int64, products text,
-- out: bill_types text, regions text, verification text, grant_days int64, activations_max int64, activation_count int64, defined_by id,
-- out: define_time time, end_time time?, trial bool
SELECT promotion_id, code, channel, within_days, until_time, currency, amount_micros, products, bill_types, regions, verification,
    grant_days, activations_max, activation_count, defined_by, define_time, end_time, trial
FROM promotion WHERE code = :code FOR UPDATE
