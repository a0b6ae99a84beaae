-- How often prices, or the books that count for accounts, changed.
-- out: revision int64
SELECT revision FROM price_revision WHERE one
