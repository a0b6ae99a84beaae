-- Whether a recovery code is a principal's, used or not; and whether there is any unused.
-- in: principal_id id, code_mac bytes
-- out: known bool, some_left bool
SELECT EXISTS (SELECT FROM recovery_code WHERE principal_id = :principal_id AND code_mac = :code_mac) AS known,
       EXISTS (SELECT FROM recovery_code WHERE principal_id = :principal_id AND use_time IS NULL) AS some_left
