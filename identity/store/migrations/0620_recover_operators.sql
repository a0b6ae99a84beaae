-- A provider that is locked out lets one more administrator in, for a reason that whoever owns the installation says (NULL: the code is the first
-- one's); those who administer are told of it at tell_time.
ALTER TABLE operator_desk ADD COLUMN recovery_reason text;
ALTER TABLE operator_desk ADD COLUMN tell_time timestamptz;
