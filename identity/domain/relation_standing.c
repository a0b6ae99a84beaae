#include "identity/domain/relation_standing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/actor.h"

#define CURRENCY_LETTERS 3

/* An amount that is none is not told. */
static void read_lots(const char *words, struct relation_standing *standing)
{
    static const char name[] = "LOTS_REMAINING=";
    const char *found = strstr(words, name);
    standing->lots_remaining = found != NULL || actor_roles_hold(words, "LOTS_REMAINING");
    if (found == NULL)
        return;
    char *end = NULL, code[CURRENCY_LETTERS + 1] = "";
    int64_t micros = strtoll(found + sizeof name - 1, &end, 10);
    if (micros <= 0 || strcspn(end, ",") != CURRENCY_LETTERS)
        return;
    memcpy(code, end, CURRENCY_LETTERS);
    assert(code[CURRENCY_LETTERS] == '\0');
    standing->lots_micros = micros;
    standing->lots_currency = currency_find(code);
}

struct relation_standing relation_standing_read(const char *words)
{
    assert(words != NULL);
    struct relation_standing standing = {
        .overdue = actor_roles_hold(words, "OVERDUE"),
        .unfinished = actor_roles_hold(words, "UNFINISHED_ORDERS"),
        .closed = actor_roles_hold(words, "ACCOUNT_CLOSED"),
        .quota_used = actor_roles_hold(words, "QUOTA_USED"),
    };
    read_lots(words, &standing);
    assert(standing.lots_remaining || standing.lots_currency == NULL);
    return standing;
}
