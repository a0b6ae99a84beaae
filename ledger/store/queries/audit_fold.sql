-- How the audit's folds are planned, until their transaction ends: what is compared is read once along the company's part of an index,
-- whose rows OFFSET 0 keeps together, and joined by hashing or merging. So an audit costs what the company has, whatever statistics say.
SELECT set_config('enable_nestloop', 'off', true), set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true),
       set_config('enable_material', 'on', true), set_config('random_page_cost', '4', true), set_config('seq_page_cost', '1', true),
       set_config('cpu_tuple_cost', '0.01', true), set_config('work_mem', '32MB', true)
