-- An approved act is carried out from now on; NULL: the peer has said that it did nothing of it.
-- in: approval_id id, carry_time time?
UPDATE gateway.approval SET carry_time = :carry_time WHERE approval_id = :approval_id AND state = 'APPROVED'
