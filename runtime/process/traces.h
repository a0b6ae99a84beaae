/* The traces of this process: its settings, and the life of what exports them (trace_export.h). */
#ifndef RUNTIME_PROCESS_TRACES_H
#define RUNTIME_PROCESS_TRACES_H

#include "runtime/process/process.h"

/* false: a setting cannot be meant; one line was printed. */
bool traces_read_settings(const struct process_plan *plan,
                          const struct settings *settings) must_check;

/* Nothing without an endpoint. FAILURE_EXHAUSTED: there is no task for it. */
enum failure traces_start(struct loop *loop) must_check;

/* Gives the spans that wait a moment to leave; then nothing is recorded any more. */
void traces_end(struct task *task);

#endif
