#include "runtime/base/clock.h"

#include <assert.h>
#include <endian.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define US_PER_SECOND INT64_C(1000000)

static _Atomic int64_t turned_us;
static _Atomic int64_t other_ahead_us; /* of the monotonic clock */
static _Atomic bool is_compared;
static _Atomic bool is_turned_compared;
static const _Atomic uint64_t *_Atomic followed; /* the mapped file; NULL: none */

static int64_t read_us(clockid_t clock)
{
    struct timespec now;
    int done = clock_gettime(clock, &now);
    assert(done == 0);
    (void)done;
    return now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    const _Atomic uint64_t *file = atomic_load_explicit(&followed, memory_order_acquire);
    int64_t offset_us = atomic_load_explicit(&turned_us, memory_order_relaxed);
    if (file != NULL)
        offset_us += (int64_t)le64toh(atomic_load_explicit(file, memory_order_relaxed));
    return read_us(CLOCK_REALTIME) + offset_us;
}

int64_t clock_of_us(struct id id)
{
    (void)id;
    return clock_now_us();
}

int64_t clock_foremost_us(void)
{
    return clock_now_us();
}

int64_t clock_hindmost_us(void)
{
    return clock_now_us();
}

int64_t clock_work_us(void)
{
    return clock_now_us();
}

int64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

static bool file_has_room(int file)
{
    struct stat facts;
    if (fstat(file, &facts) != 0)
        return false;
    return facts.st_size >= (off_t)sizeof(uint64_t) || ftruncate(file, sizeof(uint64_t)) == 0;
}

void clock_compare(int64_t monotonic_us, int64_t other_us)
{
    atomic_store_explicit(&other_ahead_us, other_us - monotonic_us, memory_order_relaxed);
    atomic_store_explicit(&is_compared, true, memory_order_release);
}

void clock_compare_turned(bool turned_too)
{
    atomic_store_explicit(&is_turned_compared, turned_too, memory_order_relaxed);
}

int64_t clock_difference_us(void)
{
    if (!atomic_load_explicit(&is_compared, memory_order_acquire))
        return 0;
    int64_t ours_us = atomic_load_explicit(&is_turned_compared, memory_order_relaxed)
                          ? clock_now_us()
                          : read_us(CLOCK_REALTIME);
    return ours_us - clock_monotonic_us() -
           atomic_load_explicit(&other_ahead_us, memory_order_relaxed);
}

bool clock_is_right(void)
{
    int64_t difference_us = clock_difference_us();
    return difference_us <= CLOCK_DIFFERENCE_US_MAX && difference_us >= -CLOCK_DIFFERENCE_US_MAX;
}

enum failure clock_follow_file(const char *path)
{
    assert(path != NULL);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return FAILURE_UNAVAILABLE;
    void *mapped = file_has_room(file)
                       ? mmap(NULL, sizeof(uint64_t), PROT_READ, MAP_SHARED, file, 0)
                       : MAP_FAILED;
    close(file);
    if (mapped == MAP_FAILED)
        return FAILURE_UNAVAILABLE;
    atomic_store_explicit(&followed, mapped, memory_order_release);
    return FAILURE_NONE;
}

void clock_turn(int64_t offset_us)
{
    atomic_store_explicit(&turned_us, offset_us, memory_order_relaxed);
}

char *clock_format(int64_t time_us, char text[CLOCK_TEXT_SIZE])
{
    int64_t micros = (time_us % US_PER_SECOND + US_PER_SECOND) % US_PER_SECOND;
    time_t seconds = time_us / US_PER_SECOND - (time_us % US_PER_SECOND < 0);
    struct tm date;
    gmtime_r(&seconds, &date);
    size_t length = strftime(text, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &date);
    assert(length > 0);
    snprintf(text + length, CLOCK_TEXT_SIZE - length, ".%06" PRId64 "Z", micros);
    return text;
}
