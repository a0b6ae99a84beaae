-- How the audit's folds are planned, until their transaction ends: what is compared is read once along the company's part of an index,
-- whose rows OFFSET 0 keeps together, and joined by hashing or merging. So an audit costs what the company has, whatever statistics say.
-- What is looked up for each entry is another each time, so nothing is remembered of it.
-- out: enable_nestloop text, enable_hashjoin text, enable_mergejoin text, enable_material text, random_page_cost text,
-- out: seq_page_cost text, cpu_tuple_cost text, work_mem text, enable_memoize text
SELECT set_config('enable_nestloop', 'off', true) AS enable_nestloop, set_config('enable_hashjoin', 'on', true) AS enable_hashjoin,
       set_config('enable_mergejoin', 'on', true) AS enable_mergejoin, set_config('enable_material', 'on', true) AS enable_material,
       set_config('random_page_cost', '4', true) AS random_page_cost, set_config('seq_page_cost', '1', true) AS seq_page_cost,
       set_config('cpu_tuple_cost', '0.01', true) AS cpu_tuple_cost, set_config('work_mem', '32MB', true) AS work_mem,
       set_config('enable_memoize', 'off', true) AS enable_memoize
