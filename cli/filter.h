/* Answers through an expression of jq (libjq), as `--jq` gives it. */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct filter;

/* NULL after a complaint: the expression cannot be read. */
struct filter *filter_new(const char *expression);

/* Prints what the expression makes of the answer, a line each: texts as they are, the rest as JSON
 * on one line. false after a complaint, when the expression cannot be carried out on it. */
bool filter_print(struct filter *filter, FILE *out, const json_t *answer);

void filter_free(struct filter *filter);

#endif
