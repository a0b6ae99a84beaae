/* A customer takes another partner in the place of its own (c-9): whose place that is, and the
 * obstacles, some of which the owner may let stay. */
#ifndef IDENTITY_DOMAIN_RELATION_SWITCH_H
#define IDENTITY_DOMAIN_RELATION_SWITCH_H

#include "identity/domain/relation.h"

/* Whether the relation may end for it: as its customer may end it, and also where an end was asked
 * for already, which is only sooner. */
enum relation_verdict relation_replace_decide(const struct relation_ending *ending, int64_t now_us);

/* Left between a customer and the partner that it leaves: that one reclaims its lots later, or they
 * are used up (D.7), and its payments were purchases of its own. */
bool relation_obstacle_may_stay(enum relation_obstacle obstacle);

/* For people. */
const char *relation_obstacle_fix(enum relation_obstacle obstacle);

/* Those of an association, but for the present partner, and without what the owner lets stay. */
size_t relation_switch_obstacles(const struct relation_facts *facts, bool acknowledged,
                                 enum relation_obstacle found[RELATION_OBSTACLES_MAX]);

#endif
