#include "gateway/domain/relation.h"

#include <assert.h>
#include <string.h>

bool relation_is_overdue(const char *transfer_gate)
{
    assert(transfer_gate != NULL);
    return strcmp(transfer_gate, "OVERDUE") == 0;
}

bool relation_is_unfinished(const char *closing_reason)
{
    assert(closing_reason != NULL);
    return strcmp(closing_reason, "HOLDS_ACTIVE") == 0 ||
           strcmp(closing_reason, "TOP_UP_UNDER_WAY") == 0 ||
           strcmp(closing_reason, "MONEY_IN_TRANSIT") == 0;
}

const char *relation_standing_text(bool overdue, bool unfinished)
{
    if (overdue)
        return unfinished ? "OVERDUE,UNFINISHED_ORDERS" : "OVERDUE";
    return unfinished ? "UNFINISHED_ORDERS" : "NONE";
}
