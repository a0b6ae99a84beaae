-- A direct contract.
-- in: contract_id id, account_id id, reference text, begin_time time, end_time time?, authorised_by id
INSERT INTO partner_contract (contract_id, account_id, reference, begin_time, end_time, authorised_by)
VALUES (:contract_id, :account_id, :reference, :begin_time, :end_time, :authorised_by)
