/* The clock. Rules take time as an argument; only services and jobs ask the clock. Tests turn it:
 * with the setting clock-file, a process reads an 8 byte little-endian offset in microseconds from
 * that (memory mapped) file at every question, so one write turns all five services at once. */
#ifndef RUNTIME_BASE_CLOCK_H
#define RUNTIME_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/base/failure.h"
#include "runtime/base/id.h"

#define CLOCK_TEXT_SIZE 32

/* Business time: microseconds since 1970-01-01T00:00:00Z, plus the turned offset. */
int64_t clock_now_us(void);

/* ---- whose clock ----
 *
 * A job works for many, so it says whose clock it asks. Every account lives by the process's clock;
 * one with a clock of its own would get it here and nowhere else. */

/* By which the account, or the company, of that id lives. */
int64_t clock_of_us(struct id id);

/* No clock is ahead of the foremost, and none behind the hindmost: what is not due by the foremost
 * is due for nobody, and what is past by the hindmost is past for everybody. */
int64_t clock_foremost_us(void);
int64_t clock_hindmost_us(void);

/* Of the work itself: leases, pauses between tries, what others outside remember. */
int64_t clock_work_us(void);

/* For measuring and deadlines; never turned, never jumps. */
int64_t clock_monotonic_us(void);

/* ---- another clock, to judge ours by ---- */

#define CLOCK_DIFFERENCE_US_MAX                                                                   \
    INT64_C(120000000) /* 2 minutes: more than a network's delay, less than any term of the rules \
                        */

/* It was other_us there when clock_monotonic_us was monotonic_us here. From then on the monotonic
 * clock carries it further, so that a jump of ours is seen at once, by whoever asks. */
void clock_compare(int64_t monotonic_us, int64_t other_us);

/* Ours minus the other one's; 0 before the first comparison. A turn by a clock file is left out,
 * unless clock_compare_turned. */
int64_t clock_difference_us(void);
void clock_compare_turned(bool turned_too);

/* Whether what is decided by this clock may be kept: CLOCK_DIFFERENCE_US_MAX at most. True before
 * the first comparison. */
bool clock_is_right(void);

/* Maps the offset file, making it when it is not there. */
enum failure clock_follow_file(const char *path) must_check;

/* Turns the clock of this process (unit tests). */
void clock_turn(int64_t offset_us);

/* RFC 3339 in UTC with microseconds, "2026-11-21T12:00:00.000000Z". */
char *clock_format(int64_t time_us, char text[CLOCK_TEXT_SIZE]);

/* The year 10000: no moment of ours comes later. */
#define MOMENT_MAX_US INT64_C(253402300800000000)

#endif
