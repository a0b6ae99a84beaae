-- Says that prices, or the books that count for accounts, change; held until the transaction ends.
-- out: revision int64
UPDATE price_revision SET revision = revision + 1 WHERE one RETURNING revision
