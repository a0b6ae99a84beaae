/* The planner's settings of every session, for connector.c and for those who compare with it. */
#ifndef RUNTIME_DATABASE_PLAN_OPTIONS_H
#define RUNTIME_DATABASE_PLAN_OPTIONS_H

/* One plan for each statement, made once and kept: planning anew costs more than a short statement.
 * When a page costs nothing and a row much, looking each row up by its key is the cheapest plan
 * from the table's second row on; what is left to the statements' shapes, and that no statistics
 * turn a plan round, tests/plans shows. */
#define PLAN_OPTIONS                                                                         \
    "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c " \
    "enable_mergejoin=off"                                                                   \
    " -c enable_material=off -c enable_bitmapscan=off -c jit=off -c "                        \
    "max_parallel_workers_per_gather=0"                                                      \
    " -c seq_page_cost=0 -c random_page_cost=0 -c cpu_tuple_cost=1"

#endif
