-- Forgets challenges and factors that nobody answered within a day, and those whose time to go has come (ID-32), the oldest first; a bounded number at
-- once.
-- in: created_before_time time, now time
WITH waiting AS (
    DELETE FROM factor WHERE ctid = ANY (ARRAY(SELECT ctid FROM factor WHERE confirm_time IS NULL AND create_time < :created_before_time
        ORDER BY create_time LIMIT 10000))
), challenges AS (
    DELETE FROM webauthn_challenge WHERE ctid = ANY (ARRAY(SELECT ctid FROM webauthn_challenge WHERE create_time < :created_before_time
        ORDER BY create_time LIMIT 10000))
)
DELETE FROM factor WHERE ctid = ANY (ARRAY(SELECT ctid FROM factor WHERE remove_time IS NOT NULL AND remove_time <= :now
    ORDER BY remove_time LIMIT 10000))
