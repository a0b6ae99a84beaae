/* Top-ups by card, where the provider is a simulator: ordered like any other call, and awaited at
 * the end, for they are credited by themselves. */
#ifndef BENCH_LOAD_TOP_UP_H
#define BENCH_LOAD_TOP_UP_H

#include "bench/load/run.h"

/* Looks for a card of each account. false: it could not ask; a complaint was printed. */
bool top_ups_begin(struct task *task, struct run *run) must_check;

bool top_ups_has_card(const struct run *run, const struct piece *piece);

enum failure top_up_ask(struct task *task, struct run *run, const struct piece *piece,
                        struct rpc_status *status) must_check;

/* Awaits what became of each, while patience lasts: into the books, or undecided. */
void top_ups_end(struct task *task, struct run *run);

#endif
