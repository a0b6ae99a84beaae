/* B.5, B.2: what the terms of a relation permit a partner's people in its customer's account, by
 * the roles that they have in the partner's own. Identity says at every call which terms hold; this
 * only decides. All that no row names stays the customer's. */
#ifndef GATEWAY_DOMAIN_PARTNER_H
#define GATEWAY_DOMAIN_PARTNER_H

#include <stdbool.h>

/* The numbers of identity.v1.RelationPermission; a set of them has the bits 1 << number. */
enum partner_permission {
    PARTNER_VIEW_BALANCE = 1,
    PARTNER_VIEW_CONSUMPTION = 2,
    PARTNER_MANAGE_INVOICES = 3,
    PARTNER_FREEZE_RECHARGE = 10,
    PARTNER_HANDOVER = 13,
    PARTNER_PERMISSIONS_MAX = 31, /* a later one opens nothing here */
};

/* Whether the terms permit what a route's permission names. */
bool partner_is_permitted(unsigned terms, const char *permission);

#endif
