/* A customer takes another partner in the place of its own (c-9): what stands in the way, what of
 * it the owner may let stay, and what helps. */
#ifndef IDENTITY_DOMAIN_RELATION_SWITCH_H
#define IDENTITY_DOMAIN_RELATION_SWITCH_H

#include "identity/domain/relation.h"

/* What is left between a customer and the partner that it leaves: that one reclaims its lots later,
 * or they are used up (D.7), and what it paid is its own purchase. */
bool relation_obstacle_may_stay(enum relation_obstacle obstacle);

/* For people. */
const char *relation_obstacle_fix(enum relation_obstacle obstacle);

/* Those of an association, without what the owner lets stay. */
size_t relation_switch_obstacles(const struct relation_facts *facts, bool acknowledged,
                                 enum relation_obstacle found[RELATION_OBSTACLES_MAX]);

#endif
