-- What of the peers' books is not as it must be after a run, for psql: :settled transfers were acknowledged, :credited micros were there
-- before. No row: nothing.
SELECT 'accounts hold ' || sum(balance_micros) || ' micros, ' || :credited || ' were there'
FROM account
HAVING sum(balance_micros) <> :credited
UNION ALL
SELECT 'the postings sum to ' || sum(amount_micros) || ', not to 0'
FROM posting
HAVING sum(amount_micros) <> 0
UNION ALL
SELECT count(*) || ' transfers are kept, ' || :settled || ' were acknowledged'
FROM transfer
HAVING count(*) <> :settled;
