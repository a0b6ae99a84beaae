/* The columns of terms, which the rows of relations and invitations have alike; of those that hold
 * they begin with held_. */
#ifndef IDENTITY_STORE_RELATION_TERMS_ROW_H
#define IDENTITY_STORE_RELATION_TERMS_ROW_H

#include "identity/domain/relation.h"

#define RELATION_TERMS_OF(row, prefix)                                                             \
    ((struct relation_terms){.permissions = relation_permissions_find((row)->prefix##permissions), \
                             .settlement = settlement_mode_find((row)->prefix##settlement_mode),   \
                             .price_book = (row)->prefix##price_book,                              \
                             .invoices = invoice_recipient_find((row)->prefix##invoice_recipient), \
                             .shutdown = shutdown_policy_find((row)->prefix##shutdown_policy),     \
                             .agent_purchases = (row)->prefix##agent_purchases})

#endif
