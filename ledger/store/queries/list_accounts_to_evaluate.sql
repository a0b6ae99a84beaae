-- Lists accounts about which time alone may have changed something: an override that ended (LED-19), a bill that fell due (D.8), a day
-- without an evaluation (LED-05), an evaluation by a clock that was set back since, a grace that is over (c-2), or a suspension of 15 days. left_out_company_ids: companies that are left out this time.
-- in: now time, evaluated_before_time time, turned_before_time time, left_out_company_ids id[], limit int64
-- out: company_id id, account_id id
SELECT company_id, account_id
FROM (
    (SELECT company_id, account_id FROM account
     WHERE override_until_time > evaluated_time AND override_until_time <= :now AND company_id <> ALL (:left_out_company_ids)
     ORDER BY override_until_time LIMIT :limit)
    UNION ALL
    (SELECT company_id, account_id FROM account
     WHERE earliest_due_time <> told_due_time AND earliest_due_time <= :now AND company_id <> ALL (:left_out_company_ids)
     ORDER BY earliest_due_time LIMIT :limit)
    UNION ALL
    (SELECT company_id, account_id FROM account
     WHERE evaluated_time > '-infinity' AND evaluated_time <= :evaluated_before_time AND company_id <> ALL (:left_out_company_ids)
     ORDER BY evaluated_time LIMIT :limit)
    UNION ALL
    (SELECT company_id, account_id FROM account
     WHERE evaluated_time > '-infinity' AND evaluated_time > :now AND company_id <> ALL (:left_out_company_ids)
     ORDER BY evaluated_time LIMIT :limit)
    UNION ALL
    (SELECT company_id, account_id FROM account
     WHERE stop_due_time <= :now AND NOT suspended AND moved_time IS NULL AND company_id <> ALL (:left_out_company_ids)
     ORDER BY stop_due_time LIMIT :limit)
    UNION ALL
    (SELECT company_id, account_id FROM account
     WHERE suspended AND NOT release_due AND turned_time <= :turned_before_time AND moved_time IS NULL AND company_id <> ALL (:left_out_company_ids)
     ORDER BY turned_time LIMIT :limit)
) AS due
GROUP BY company_id, account_id
ORDER BY company_id, account_id
