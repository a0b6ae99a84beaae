/* A secret: text that must never reach a log, an error text or a URL. It is a type of its own, so
 * that printing one does not compile; who really needs the text says so with secret_reveal, which
 * `grep` finds. */
#ifndef RUNTIME_BASE_SECRET_H
#define RUNTIME_BASE_SECRET_H

#include "runtime/base/text.h"

struct secret {
    const char *revealed; /* use secret_reveal */
};

static inline struct secret secret_wrap(const char *text)
{
    return (struct secret){text};
}

static inline const char *secret_reveal(struct secret secret)
{
    return secret.revealed;
}

/* Overwrites memory that held a secret; not removed by the optimiser. */
void secret_wipe(void *memory, size_t size);

/* free, of what may hold a secret: all of it is overwritten first. For libraries, too. */
void secret_free(void *memory);

#endif
