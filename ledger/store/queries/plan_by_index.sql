-- For the rest of a batch's transaction: one plan per statement, made once, and always along the indexes. Planning anew would cost a
-- lone order more than its commit; a plan made while a table is new and empty would otherwise read it whole for ever.
SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
       set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
