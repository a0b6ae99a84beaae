-- Raises the fence, never lowers it; waits for the transactions that share it.
-- in: epoch int64
UPDATE freeze_fence SET epoch = greatest(epoch, :epoch) WHERE one
