-- One more freeze is in force. The row stays locked until the commit, so numbers and commits are in one order.
-- out: epoch int64
UPDATE freeze_epoch SET epoch = epoch + 1 WHERE one RETURNING epoch
