-- How often ceilings were changed, of whatever account.
-- out: generation int64
SELECT generation FROM gateway.ceiling_generation WHERE one
