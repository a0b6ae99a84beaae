/* Relations that hold, from an account's side: to its partner and customers, and all that stand
 * above it (ID-30). */
#ifndef IDENTITY_STORE_RELATION_CONTROL_STORE_H
#define IDENTITY_STORE_RELATION_CONTROL_STORE_H

#include "identity/store/relation_store.h"

struct held_relation {
    struct id relation_id, agent_id, customer_id;
};

struct held_relations {
    struct held_relation *items; /* lent by the task's arena */
    size_t count;
};

/* Those of an account that hold: with its partner first, and at most so many of its customers. */
enum failure relation_control_store_held(struct reader reader, struct id account_id,
                                         size_t customers_max,
                                         struct held_relations *found) must_check;

/* The same while the structure is locked. */
enum failure relation_control_store_look_held(struct transaction *transaction, struct id account_id,
                                              size_t customers_max,
                                              struct held_relations *found) must_check;

struct controlling_agent {
    struct id agent_id, relation_id;
    struct relation_held held;
    int64_t previous_version; /* of the terms before; 0: none held */
    const char *offer_hash;
};

struct controlling_agents {
    struct controlling_agent *items; /* lent by the task's arena */
    size_t count;
};

/* Those above an account at a moment, the next one first. */
enum failure relation_control_store_read(struct reader reader, struct id account_id,
                                         int64_t as_of_us,
                                         struct controlling_agents *found) must_check;

#endif
