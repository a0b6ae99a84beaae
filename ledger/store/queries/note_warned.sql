-- Notes how far the accounts of a chain were looked at.
-- in: company_id id, warned_length int64, length int64
UPDATE told_chain SET warned_length = :length WHERE company_id = :company_id AND warned_length = :warned_length
