/* Plots as SVG, in the page's own colours. */
#ifndef BENCH_LOAD_PLOT_H
#define BENCH_LOAD_PLOT_H

#include <stdio.h>

#include "bench/load/rules/result.h"

/* Any text, as HTML and SVG have it. */
void plot_text(FILE *file, const char *text);

/* Latency over time, on a scale of tens: the middle, the slow and the slowest. */
void plot_latency(FILE *file, const struct result *result);

/* Calls per second over time, stacked by how they ended. */
void plot_calls(FILE *file, const struct result *result);

/* Latency by the share of calls that were faster, with the tail drawn wide. */
void plot_percentiles(FILE *file, const struct result *result);

/* "1.25 ms" */
const char *plot_duration(char text[32], double ns);

#endif
