#include "gateway/domain/relation.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "runtime/base/text.h"

bool relation_is_unfinished(const char *closing_reason)
{
    assert(closing_reason != NULL);
    return strcmp(closing_reason, "HOLDS_ACTIVE") == 0 ||
           strcmp(closing_reason, "TOP_UP_UNDER_WAY") == 0 ||
           strcmp(closing_reason, "MONEY_IN_TRANSIT") == 0;
}

#define LOTS_SIZE 48

void relation_standing_print(const struct relation_standing *standing,
                             char text[RELATION_STANDING_SIZE])
{
    bool is_clear = !standing->overdue && !standing->unfinished && !standing->quota_used &&
                    standing->lots_micros <= 0 && !standing->closed;
    char lots[LOTS_SIZE] = "";
    bool fits =
        standing->lots_micros <= 0 || text_print(lots, LOTS_SIZE, "LOTS_REMAINING=%" PRId64 "%.3s,",
                                                 standing->lots_micros, standing->lots_currency);
    fits &= text_print(
        text, RELATION_STANDING_SIZE, "%s%s%s%s%s%s", standing->overdue ? "OVERDUE," : "",
        standing->unfinished ? "UNFINISHED_ORDERS," : "", standing->quota_used ? "QUOTA_USED," : "",
        lots, standing->closed ? "ACCOUNT_CLOSED," : "", is_clear ? "NONE," : "");
    assert(fits);
    (void)fits;
    text[strlen(text) - 1] = '\0';
}
