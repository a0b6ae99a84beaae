/* The nearest known word to one that is not known, as a guess of it. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

#define SUGGEST_SIZE 64

struct suggestion {
    const char *typed;
    char nearest[SUGGEST_SIZE]; /* "": none is near enough */
    size_t distance;
};

struct suggestion suggest_for(const char *typed);

/* Keeps the word when it is nearer than those before. Counted are letters put in, left out, changed
 * and two that changed places; at most one of three letters may be wrong. */
void suggest_consider(struct suggestion *suggestion, const char *word);

#endif
