#include "ledger/domain/allowance.h"

#include <assert.h>

struct allowance allowance_empty(void)
{
    return (struct allowance){.binding = ""};
}

void allowance_add(struct allowance *allowance, const char *name, int64_t micros)
{
    assert(allowance->term_count < ALLOWANCE_TERMS_MAX);
    allowance->terms[allowance->term_count++] = (struct term){name, micros};
}

void allowance_bound(struct allowance *allowance, const char *name, int64_t micros)
{
    allowance_add(allowance, name, micros);
    if (allowance->term_count == 1 || micros < allowance->micros) {
        allowance->micros = micros;
        allowance->binding = name;
    }
    assert(allowance->micros <= micros);
}
