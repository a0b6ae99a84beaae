-- How many promotions no operator has ended, and whether their bound still holds.
-- in: now time
-- out: open int64
SELECT count(*) AS open FROM promotion WHERE end_time IS NULL AND coalesce(until_time > :now, true)
