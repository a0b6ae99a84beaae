/* The facts of other contexts by which identity decides on an association (B.1). */
#ifndef GATEWAY_DOMAIN_RELATION_H
#define GATEWAY_DOMAIN_RELATION_H

#include <stdbool.h>
#include <stdint.h>

/* Whether a reason that keeps an account open is one of something under way: a hold, or a top-up.
 */
bool relation_is_unfinished(const char *closing_reason);

struct relation_standing {
    bool overdue;
    bool unfinished;
    bool quota_used;     /* of an end or a switch: the partner's, of the customer */
    int64_t lots_micros; /* of a switch: what is left at the customer of the partner's (D.7) */
    const char *lots_currency;
    bool closed; /* of an association */
};

/* "OVERDUE,UNFINISHED_ORDERS,QUOTA_USED,LOTS_REMAINING=40000000CNY,ACCOUNT_CLOSED", those that are
 * so; "NONE". */
#define RELATION_STANDING_SIZE 112
void relation_standing_print(const struct relation_standing *standing,
                             char text[RELATION_STANDING_SIZE]);

#endif
