-- A new promotion; nothing when another has, or had, the code.
-- in: promotion_id id, code text, channel text, within_days int64, until_time time?, currency text, amount_micros int64, products text,
-- in: bill_types text, regions text, verification text, grant_days int64, activations_max int64, defined_by id, now time, trial bool
-- out: promotion_id id
INSERT INTO promotion (promotion_id, code, channel, within_days, until_time, currency, amount_micros, products, bill_types, regions,
    verification, grant_days, activations_max, defined_by, define_time, trial)
VALUES (:promotion_id, :code, :channel, :within_days, :until_time, :currency, :amount_micros, :products, :bill_types, :regions,
    :verification, :grant_days, :activations_max, :defined_by, :now, :trial)
ON CONFLICT (code) DO NOTHING
RETURNING promotion_id
