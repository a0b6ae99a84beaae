/* A result as a document of JSON: one line of it is a number or a word for people and programs; the
 * buckets of its histograms are there so that results add up exactly. */
#ifndef BENCH_LOAD_RESULT_JSON_H
#define BENCH_LOAD_RESULT_JSON_H

#include <stdio.h>

#include "bench/load/rules/result.h"

/* false: it could not be written. */
bool result_write(const struct result *result, FILE *file);

/* NULL after a complaint for people in mistake; else to be freed. */
struct result *result_read(const char *path, char mistake[RESULT_TEXT_SIZE]);

#endif
