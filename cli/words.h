/* The words of a command line: where each option's value goes. */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "cli/invocation.h"

/* Reads the words after the command's own, up to a NULL. false after a complaint. */
bool words_read(struct invocation *invocation, char *const *words) must_check;

/* The names of the options that every command has, ended by NULL, and whether one takes a value. */
const char *words_common_option(size_t n);
bool words_common_takes_value(const char *name);

/* Options that every command has may stand before it: puts those behind the command's own words.
 * ordered has room for as many and a NULL. */
void words_put_globals_last(char *const *words, char **ordered);

#define WORDS_MAX 64

/* Splits a line at its spaces, in place; what stands between quotes, "…" or '…', is one word. Ended
 * by NULL. false: a quote without its end, or more than WORDS_MAX words. */
bool words_split(char *line, char *words[WORDS_MAX + 1], int *count) must_check;

#endif
