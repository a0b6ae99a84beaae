/* Lists as the store keeps them: words with spaces between. */
#ifndef IDENTITY_SERVICE_WORDS_H
#define IDENTITY_SERVICE_WORDS_H

#include "runtime/rpc/call.h"

/* As a message has them. */
static inline const char *const *words_of(char *const *words)
{
    return (const char *const *)words;
}

const char *words_join(struct call *call, const char *const *words, size_t count);
size_t words_to_message(struct call *call, const char *words, char ***messages);

/* Patterns of permissions (domain/key.h), at most so many. */
void field_patterns(struct call *call, const char *field, const char *const *patterns, size_t count,
                    size_t count_max);

/* Networks of addresses (runtime/base/cidr.h), at most so many. */
void field_networks(struct call *call, const char *field, const char *const *networks, size_t count,
                    size_t count_max);

#endif
