/* Terms of refusals that are amounts. */
#ifndef RUNTIME_RPC_TERMS_H
#define RUNTIME_RPC_TERMS_H

#include <stdint.h>

#include "runtime/base/arena.h"
#include "runtime/base/currency.h"
#include "runtime/rpc/call.h"

/* An amount among REFUSAL_TERMS, given twice: as people read it and, as <name>_micros, for
 * programs. The refusal names its currency in a term "currency". */
#define TERM_AMOUNT(name, arena, micros, currency)         \
    {(name), term_decimal((arena), (micros), (currency))}, \
    {                                                      \
        name "_micros", term_micros((arena), (micros))     \
    }

/* In the arena. */
const char *term_decimal(struct arena *arena, int64_t micros, const struct currency *currency);
const char *term_micros(struct arena *arena, int64_t micros);

#endif
