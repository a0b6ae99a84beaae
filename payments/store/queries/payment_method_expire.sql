-- Cards whose expiry month has ended: ACTIVE becomes EXPIRED. $1 counts months since year 0.
UPDATE payment_method SET state = 'EXPIRED' WHERE state = 'ACTIVE' AND expiry_year * 12 + expiry_month - 1 < $1::bigint
