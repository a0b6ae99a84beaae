-- Whether an account has verified an address or number.
-- in: account_id id, channel text, contact_index bytes
-- out: found bool
SELECT EXISTS (SELECT FROM contact WHERE account_id = :account_id AND channel = :channel
    AND (contact_index = :contact_index AND verify_time IS NOT NULL) IS TRUE) AS found
