/* A result as a page for people: one file of HTML, nothing from elsewhere, light and dark. */
#ifndef BENCH_LOAD_PAGE_H
#define BENCH_LOAD_PAGE_H

#include <stdio.h>

#include "bench/load/rules/result.h"

/* false: it could not be written. */
bool page_write(const struct result *result, FILE *file);

#endif
