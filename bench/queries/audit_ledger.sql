-- What of the ledger's books is not as it must be after a run, for psql: :settled transfers were acknowledged, :credited micros were
-- credited before. No row: nothing.
SELECT 'the books of ' || currency || ' sum to ' || sum(all_micros) || ', not to 0'
FROM (SELECT currency, own_micros + transferred_in_micros + refund_credit_micros + unbilled_micros + outstanding_micros + revenue_micros
             + top_up_micros + adjustment_micros + clearing_micros AS all_micros FROM ledger.account) AS account
GROUP BY currency
HAVING sum(all_micros) <> 0
UNION ALL
SELECT 'accounts hold or have spent ' || sum(own_micros + transferred_in_micros + revenue_micros) || ' micros, ' || :credited || ' were credited'
FROM ledger.account
HAVING sum(own_micros + transferred_in_micros + revenue_micros) <> :credited
UNION ALL
SELECT count(*) || ' transfers are kept, ' || :settled || ' were acknowledged'
FROM ledger.entry
WHERE kind = 1
HAVING count(*) <> :settled;
