-- Where the fence stands by now; it may be raised meanwhile, and whoever keeps the batch looks again.
-- in: place int64
-- out: epoch int64
SELECT epoch FROM freeze_fence WHERE place = :place
