/* The journal: every order whose answer came, and every one whose answer was lost, by its request
 * id, a line each. Lines are gathered and written out ten times a second, then fsync; a generator
 * that dies loses the last tenth of a second. */
#ifndef BENCH_LOAD_JOURNAL_H
#define BENCH_LOAD_JOURNAL_H

#include <stdbool.h>

#include "bench/load/rules/piece.h"
#include "runtime/loop/loop.h"

struct journal;

/* Makes the file, mode 0600, which must not be there. NULL: it cannot be made (errno). */
struct journal *journal_open(const char *path);

/* word: "acknowledged", "refused", "unresolved", "undone". */
void journal_write(struct journal *journal, const char *word, const struct piece *piece,
                   const struct traffic *traffic, size_t number);

/* Writes out from now on, in a task of its own, until journal_end. false: no task can be had. */
bool journal_begin(struct journal *journal, struct loop *loop) must_check;

/* Awaits that all is written. false: a write failed, then or before. */
bool journal_end(struct task *task, struct journal *journal) must_check;
void journal_free(struct journal *journal);

#endif
