-- Where the fence stands.
-- out: epoch int64
SELECT epoch FROM freeze_fence WHERE one
