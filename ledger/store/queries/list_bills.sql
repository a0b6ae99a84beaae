-- Lists bills of an account before a place (due time, sequence), the latest due first: only unpaid ones, none of which is due before the
-- account's earliest, or only paid ones, or all. Looks at no more than look_max, however few match; when it stopped there, the last row
-- (owed 0) is the place where it did.
-- in: company_id id, account_id id, before_due_time time, before_sequence int64, start_time time?, end_time time?, state int64, tag text,
-- in: remark_contains text, look_max int64, limit int64
-- out: due_time time, sequence int64, owed_micros int64, paid_micros int64, currency text, remark text, tag text, recorded_time time
WITH own AS MATERIALIZED (
    SELECT currency, (SELECT number FROM chain WHERE chain.company_id = :company_id LIMIT 1) AS chain,
           greatest(coalesce(:start_time, '-infinity'), CASE WHEN :state = 1 THEN coalesce(earliest_due_time, 'infinity') END) AS first_time
    FROM account
    WHERE company_id = :company_id AND account_id = :account_id
    LIMIT 1
),
looked AS MATERIALIZED (
    SELECT bill.due_time, bill.sequence, bill.owed_micros, bill.paid_micros
    FROM own
    CROSS JOIN LATERAL (
        SELECT *
        FROM bill
        WHERE bill.company_id = :company_id AND bill.account_id = :account_id
            AND (bill.due_time, bill.sequence) < (:before_due_time, :before_sequence) AND bill.due_time >= own.first_time
            AND (:end_time IS NULL OR bill.due_time < :end_time)
        ORDER BY bill.due_time DESC, bill.sequence DESC
        LIMIT :look_max
    ) AS bill
)
(
    SELECT looked.due_time, looked.sequence, looked.owed_micros, looked.paid_micros, own.currency, entry.remark, entry.tag, entry.recorded_time
    FROM looked
    CROSS JOIN own
    CROSS JOIN LATERAL (
        SELECT * FROM entry WHERE entry.chain = own.chain AND entry.sequence = looked.sequence LIMIT 1
    ) AS entry
    WHERE (:state = 0 OR (looked.paid_micros < looked.owed_micros) = (:state = 1))
      AND (:tag = '' OR entry.tag = :tag)
      AND (:remark_contains = '' OR position(:remark_contains IN entry.remark) > 0)
    ORDER BY looked.due_time DESC, looked.sequence DESC
    LIMIT :limit
)
UNION ALL
(
    SELECT due_time, sequence, 0, 0, '', '', '', 'epoch'
    FROM looked
    WHERE (SELECT count(*) FROM looked) = :look_max
    ORDER BY due_time, sequence
    LIMIT 1
)
ORDER BY due_time DESC, sequence DESC, owed_micros DESC
