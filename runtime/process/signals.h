/* SIGTERM, SIGINT and SIGHUP, told on the loop. */
#ifndef RUNTIME_PROCESS_SIGNALS_H
#define RUNTIME_PROCESS_SIGNALS_H

#include "runtime/loop/loop.h"

/* Signals are read like anything else: no handler ever runs in the middle of a coroutine. Before
 * any thread is made, as threads inherit what is blocked. An ignored signal would never be read,
 * and whoever started us may have had it ignored. reloaded hears SIGHUP; NULL: that ends the
 * process. */
void signals_open(struct loop *loop, void (*ended)(int number), void (*reloaded)(void));
void signals_close(void);

#endif
