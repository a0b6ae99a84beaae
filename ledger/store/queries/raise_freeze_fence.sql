-- Raises the fence, never lowers it; waits for the batches that hold it. All in one order, or two would wait for each other.
-- in: epoch int64
WITH held AS (
    SELECT place FROM freeze_fence ORDER BY place FOR UPDATE
)
UPDATE freeze_fence SET epoch = greatest(epoch, :epoch) FROM held WHERE freeze_fence.place = held.place
