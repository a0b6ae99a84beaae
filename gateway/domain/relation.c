#include "gateway/domain/relation.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "runtime/base/text.h"

void relation_standing_add(struct relation_standing *standing, const char *closing_reason)
{
    assert(closing_reason != NULL);
    bool is_top_up = strcmp(closing_reason, "TOP_UP_UNDER_WAY") == 0,
         is_transit = strcmp(closing_reason, "MONEY_IN_TRANSIT") == 0,
         is_order = strcmp(closing_reason, "RESOURCES_NOT_STARTED") == 0 || /* ID-22 */
                    strcmp(closing_reason, "HOLDS_ACTIVE") == 0;
    standing->topping_up |= is_top_up;
    standing->in_transit |= is_transit;
    standing->unfinished |= is_top_up || is_transit || is_order;
}

#define LOTS_SIZE 48

void relation_standing_print(const struct relation_standing *standing,
                             char text[RELATION_STANDING_SIZE])
{
    char lots[LOTS_SIZE] = "";
    bool has_lots = standing->lots_micros > 0;
    bool fits = !has_lots || text_print(lots, LOTS_SIZE, "LOTS_REMAINING=%" PRId64 "%.3s",
                                        standing->lots_micros, standing->lots_currency);
    const struct {
        bool is_so;
        const char *word;
    } words[] = {{standing->overdue, "OVERDUE"},
                 {standing->unfinished, "UNFINISHED_ORDERS"},
                 {standing->quota_used, "QUOTA_USED"},
                 {has_lots, lots},
                 {standing->closed, "ACCOUNT_CLOSED"},
                 {standing->in_transit, "MONEY_IN_TRANSIT"},
                 {standing->topping_up, "TOP_UP_UNDER_WAY"}};
    size_t length = 0;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!words[i].is_so)
            continue;
        fits &= text_print(text + length, RELATION_STANDING_SIZE - length, "%s%s",
                           length > 0 ? "," : "", words[i].word);
        length += strlen(text + length);
    }
    assert(fits);
    (void)fits;
    if (length == 0)
        memcpy(text, "NONE", sizeof("NONE"));
}
