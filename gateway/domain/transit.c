#include "gateway/domain/transit.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* breadth B.4, settled 2; a frozen account receives (GW-04). */
static const char *const reasons[] = {"ACCOUNT_NOT_FOUND", "ACCOUNT_CLOSED", "CURRENCY_MISMATCH",
                                      "RELATION_ENDED", "OUT_OF_RANGE"};

bool transit_goes_back(const char *reason)
{
    assert(reason != NULL);
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reasons[i], reason) == 0)
            return true;
    return false;
}
