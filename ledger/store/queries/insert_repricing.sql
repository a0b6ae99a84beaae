-- Keeps at which prices a partner sells on in a month.
-- in: repricing_id id, partner_id id, month int64, customer_id id?, product_id text, basis int64, ppm int64, set_time time
INSERT INTO repricing (repricing_id, partner_id, month, customer_id, product_id, basis, ppm, set_time)
VALUES (:repricing_id, :partner_id, :month, :customer_id, :product_id, :basis, :ppm, :set_time)
