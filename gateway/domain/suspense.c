#include "gateway/domain/suspense.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* settled 10. */
static const struct {
    const char *reason;
    bool may_end;
} reasons[] = {
    {SUSPENSE_NOT_OPENED, true},
    {"ACCOUNT_CLOSED", true},
    {"CURRENCY_NOT_SET", true},
    {"OUT_OF_RANGE", true},
    {"MOVING", true},
    {"CURRENCY_MISMATCH", false}, /* PAY-24: it stays */
};

struct id suspense_company(void)
{
    return id_derive((struct id){{0}}, "kontor.suspense");
}

struct id suspense_account(const char *currency)
{
    assert(strlen(currency) == 3);
    return id_derive(suspense_company(), currency);
}

bool suspense_is(const char *account_id, const char *currency)
{
    struct id id;
    assert(account_id != NULL && currency != NULL);
    return strlen(currency) == 3 && id_parse(account_id, &id) &&
           id_equal(id, suspense_account(currency));
}

bool suspense_takes(const char *reason)
{
    assert(reason != NULL);
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (strcmp(reasons[i].reason, reason) == 0)
            return true;
    return false;
}

bool suspense_may_end(const char *reason)
{
    assert(reason != NULL);
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (strcmp(reasons[i].reason, reason) == 0)
            return reasons[i].may_end;
    return false;
}
