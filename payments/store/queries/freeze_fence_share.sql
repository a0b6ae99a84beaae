-- Where the fence stands; it stays there until the transaction ends.
-- out: epoch int64
SELECT epoch FROM freeze_fence WHERE one FOR SHARE
