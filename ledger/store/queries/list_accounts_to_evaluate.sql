-- Lists accounts about which time alone may have changed something: an override that ended (LED-19), a bill that fell due (D.8), a day
-- without an evaluation (LED-05), or an evaluation by a clock that was set back since. $3: companies that are left out this time.
SELECT company_id, account_id
FROM (
    (SELECT company_id, account_id FROM account
     WHERE override_until_time > evaluated_time AND override_until_time <= $1 AND company_id <> ALL ($3::uuid[])
     ORDER BY override_until_time LIMIT $4)
    UNION ALL
    (SELECT company_id, account_id FROM account
     WHERE earliest_due_time <> told_due_time AND earliest_due_time <= $1 AND company_id <> ALL ($3::uuid[])
     ORDER BY earliest_due_time LIMIT $4)
    UNION ALL
    (SELECT company_id, account_id FROM account
     WHERE evaluated_time > '-infinity' AND evaluated_time <= $2 AND company_id <> ALL ($3::uuid[])
     ORDER BY evaluated_time LIMIT $4)
    UNION ALL
    (SELECT company_id, account_id FROM account
     WHERE evaluated_time > '-infinity' AND evaluated_time > $1 AND company_id <> ALL ($3::uuid[])
     ORDER BY evaluated_time LIMIT $4)
) AS due
GROUP BY company_id, account_id
ORDER BY company_id, account_id
