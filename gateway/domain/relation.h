/* The facts of other contexts by which identity decides on an association (B.1). */
#ifndef GATEWAY_DOMAIN_RELATION_H
#define GATEWAY_DOMAIN_RELATION_H

#include <stdbool.h>
#include <stdint.h>

struct relation_standing {
    bool overdue;
    bool unfinished;
    bool quota_used;     /* of an end or a switch: the partner's, of the customer */
    int64_t lots_micros; /* of a switch: what is left at the customer of the partner's (D.7) */
    const char *lots_currency;
    bool closed;     /* of an association, or a conversion (ID-31) */
    bool in_transit; /* money, from the account or to it */
    bool topping_up;
};

/* "OVERDUE,UNFINISHED_ORDERS,QUOTA_USED,LOTS_REMAINING=40000000CNY,ACCOUNT_CLOSED,MONEY_IN_TRANSIT,
 * TOP_UP_UNDER_WAY", those that are so; "NONE". */
#define RELATION_STANDING_SIZE 160

/* Takes a reason that keeps an account open for what is under way: a hold, a top-up, a transit, an
 * order that does not run yet. */
void relation_standing_add(struct relation_standing *standing, const char *closing_reason);
void relation_standing_print(const struct relation_standing *standing,
                             char text[RELATION_STANDING_SIZE]);

#endif
