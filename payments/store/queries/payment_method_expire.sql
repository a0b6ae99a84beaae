-- Cards whose expiry month has ended: ACTIVE becomes EXPIRED. month_index counts months since year 0.
-- in: month_index int64
UPDATE payment_method SET state = 'EXPIRED' WHERE state = 'ACTIVE' AND expiry_year * 12 + expiry_month - 1 < :month_index
