/* A limit that explains itself (c-4): how much is allowed, every term it follows from, and the one
 * that binds. Every function that computes a limit fills one in; refusals and reads show it
 * unchanged. */
#ifndef LEDGER_DOMAIN_ALLOWANCE_H
#define LEDGER_DOMAIN_ALLOWANCE_H

#include <stddef.h>
#include <stdint.h>

#define ALLOWANCE_TERMS_MAX 8

struct term {
    const char *name; /* a literal, for example "transferred_in" */
    int64_t micros;
};

struct allowance {
    int64_t micros;
    const char *binding; /* the name of a term, or of a gate such as "OVERDUE"; "" when nothing was
                            computed */
    struct term terms[ALLOWANCE_TERMS_MAX];
    size_t term_count;
};

/* Nothing allowed, nothing explained yet. */
struct allowance allowance_empty(void);

void allowance_add(struct allowance *allowance, const char *name, int64_t micros);

/* Lowers the allowance to the term when that is less, and says so; the first of two equal terms
 * binds. */
void allowance_bound(struct allowance *allowance, const char *name, int64_t micros);

#endif
