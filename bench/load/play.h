/* A run from its settings to its verdict. */
#ifndef BENCH_LOAD_PLAY_H
#define BENCH_LOAD_PLAY_H

#include "bench/load/rules/verdict.h"
#include "runtime/base/settings.h"

extern const struct setting play_settings[];
extern const size_t play_setting_count;

/* Each on a loop of its own; what they find is printed. */
enum verdict play_scenario(const struct settings *settings);
enum verdict play_smoke(const struct settings *settings);
enum verdict play_preparation(const struct settings *settings);

#endif
