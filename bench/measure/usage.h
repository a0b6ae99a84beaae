/* The cost of a run: processor time of the ledger and of PostgreSQL with all its processes, and the
 * ledger's memory, from /proc. */
#ifndef BENCH_MEASURE_USAGE_H
#define BENCH_MEASURE_USAGE_H

#include <stdint.h>
#include <sys/types.h>

/* Processor time of a process with all its threads, in nanoseconds; 0 when there is no such
 * process. */
int64_t usage_process_ns(pid_t process);

/* Of a process and everything it started, those that ended meanwhile included (PostgreSQL's
 * postmaster and its backends). */
int64_t usage_family_ns(pid_t parent);

/* The processor time that the whole machine spent on anything at all, in nanoseconds, stolen time
 * included. */
int64_t usage_machine_ns(void);

/* The most memory the process ever had in use (VmHWM), in bytes; 0 when unknown. */
int64_t usage_memory_bytes_max(pid_t process);

#endif
