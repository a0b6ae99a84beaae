-- Ends a contract that counts.
-- in: contract_id id, end_time time, ended_by id
UPDATE partner_contract SET end_time = :end_time, ended_by = :ended_by WHERE contract_id = :contract_id
