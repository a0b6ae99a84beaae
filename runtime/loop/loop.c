#include "runtime/loop/loop.h"

#include <assert.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/loop/scheduler.h"

#define ROUNDS_MAX 16 /* of ready tasks before the sockets are looked at again */
#define HEAP_KEPT_BYTES (64 * 1024 * 1024)
#define MAPPED_BYTES_MIN (4 * 1024 * 1024)
#define CLOSING_TURNS_MAX \
    64 /* a handle of another room that was not closed is then found by uv_loop_close */

static bool has_ended(const struct loop *loop)
{
    return loop->stopping && loop->task_count == 0;
}

/* ---- ready tasks ---- */

static void run_ready_round(struct loop *loop)
{
    struct task *task = loop->ready_first;
    loop->ready_first = loop->ready_last = NULL;
    while (task != NULL) {
        struct task *next = task->next;
        task->next = NULL;
        task_run(task);
        task = next;
    }
}

static void run_ready(struct loop *loop)
{
    for (int round = 0; loop->ready_first != NULL && round < ROUNDS_MAX; round++)
        run_ready_round(loop);
    if (has_ended(loop))
        uv_stop(&loop->uv);
}

static void idle_turn(uv_idle_t *idle)
{
    (void)idle;
}

static void run_ready_before_poll(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;
    run_ready(loop);
    if (loop->ready_first != NULL)
        uv_idle_start(&loop->while_ready, idle_turn);
    else
        uv_idle_stop(&loop->while_ready);
}

static void run_ready_after_poll(uv_check_t *check)
{
    run_ready(check->data);
}

/* ---- what other threads hand over ---- */

void loop_post(struct loop *loop, struct loop_posting *posting)
{
    assert(posting->function != NULL);
    struct loop_posting *newest = atomic_load_explicit(&loop->postings, memory_order_relaxed);
    do
        posting->next = newest;
    while (!atomic_compare_exchange_weak_explicit(&loop->postings, &newest, posting,
                                                  memory_order_release, memory_order_relaxed));
    if (newest == NULL)
        uv_async_send(&loop->posted);
}

static struct loop_posting *oldest_first(struct loop_posting *newest)
{
    struct loop_posting *oldest = NULL;
    while (newest != NULL) {
        struct loop_posting *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    return oldest;
}

static void take_postings(uv_async_t *async)
{
    struct loop *loop = async->data;
    struct loop_posting *posting =
        oldest_first(atomic_exchange_explicit(&loop->postings, NULL, memory_order_acquire));
    while (posting != NULL) {
        struct loop_posting *next = posting->next;
        posting->function(posting);
        posting = next;
    }
}

/* ---- waiting together with another library ---- */

static void succeed(int result)
{
    assert(result == 0);
    (void)result;
}

/* Handles that were started since libuv last ran make its timeout 0. */
static int sleep_ms(struct loop *loop)
{
    if (loop->ready_first != NULL || loop->is_readable || has_ended(loop))
        return 0;
    uv_update_time(&loop->uv);
    return uv_backend_timeout(&loop->uv);
}

static int sooner_ms(int a, int b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static const char own_event; /* its address marks the event of libuv's descriptor */

void loop_join(struct loop *loop, int epoll)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = (void *)(uintptr_t)&own_event};
    succeed(epoll_ctl(epoll, EPOLL_CTL_ADD, uv_backend_fd(&loop->uv), &event));
}

void loop_part(struct loop *loop, int epoll)
{
    succeed(epoll_ctl(epoll, EPOLL_CTL_DEL, uv_backend_fd(&loop->uv), NULL));
}

int loop_take_out(struct epoll_event *events, int count)
{
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr == &own_event) {
            events[i] = events[count - 1];
            return count - 1;
        }
    }
    return count;
}

int loop_wait(struct loop *loop, int epoll, struct epoll_event *events, int events_max,
              int timeout_ms)
{
    int all = epoll_pwait(epoll, events, events_max, sooner_ms(timeout_ms, sleep_ms(loop)), NULL);
    int theirs = loop_take_out(events, all);
    loop->is_readable = theirs < all;
    return theirs;
}

bool loop_has_work(struct loop *loop)
{
    return sleep_ms(loop) == 0;
}

static void turn(struct loop *loop)
{
    run_ready(loop);
    if (loop->is_readable || sleep_ms(loop) == 0) {
        loop->is_readable = false;
        uv_run(&loop->uv, UV_RUN_NOWAIT);
    }
    if (loop->waiter != NULL)
        loop->waiter->wait(loop->waiter);
}

void loop_wait_with(struct loop *loop, struct loop_waiter *waiter)
{
    assert(loop_is_here(loop) && (waiter == NULL) != (loop->waiter == NULL));
    loop->waiter = waiter;
    uv_stop(&loop->uv); /* out of the waiting of before */
}

/* ---- life ---- */

/* Tasks take memory and give it back all the time. The kernel has to clear, page by page, what it
 * gets back before it gives it to the next. */
static void keep_freed_memory(void)
{
    (void)mallopt(M_TRIM_THRESHOLD, HEAP_KEPT_BYTES);
    (void)mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES_MIN);
}

struct loop *loop_new(size_t stack_size_bytes, size_t tasks_max)
{
    assert(stack_size_bytes > 0 && tasks_max > 0);
    struct loop *loop = calloc(1, sizeof *loop);
    assert(loop != NULL);
    loop->thread = uv_thread_self();
    loop->stack_size = stack_size_bytes;
    loop->tasks_max = tasks_max;
    keep_freed_memory();
    bool has_timers = timer_heap_init(&loop->timers, tasks_max);
    assert(has_timers);
    (void)has_timers;
    succeed(uv_loop_init(&loop->uv));
    succeed(uv_prepare_init(&loop->uv, &loop->before_poll));
    succeed(uv_check_init(&loop->uv, &loop->after_poll));
    succeed(uv_idle_init(&loop->uv, &loop->while_ready));
    succeed(uv_timer_init(&loop->uv, &loop->timer));
    succeed(uv_async_init(&loop->uv, &loop->posted, take_postings));
    loop->uv.data = loop->before_poll.data = loop->after_poll.data = loop->timer.data =
        loop->posted.data = loop;
    succeed(uv_prepare_start(&loop->before_poll, run_ready_before_poll));
    succeed(uv_check_start(&loop->after_poll, run_ready_after_poll));
    return loop;
}

static void close_handles(struct loop *loop)
{
    uv_close((uv_handle_t *)&loop->before_poll, NULL);
    uv_close((uv_handle_t *)&loop->after_poll, NULL);
    uv_close((uv_handle_t *)&loop->while_ready, NULL);
    uv_close((uv_handle_t *)&loop->timer, NULL);
    uv_close((uv_handle_t *)&loop->posted, NULL);
    for (struct loop_job *job = loop->jobs; job != NULL; job = job->next)
        loop_job_close(job);
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    assert(loop->task_count == 0 && !loop->running && loop->waiter == NULL &&
           atomic_load(&loop->postings) == NULL);
    loop->thread = uv_thread_self();
    close_handles(loop);
    for (int turn = 0; uv_loop_alive(&loop->uv) != 0 && turn < CLOSING_TURNS_MAX; turn++)
        uv_run(&loop->uv, UV_RUN_NOWAIT);
    succeed(uv_loop_close(&loop->uv));
    while (loop->jobs != NULL) {
        struct loop_job *job = loop->jobs;
        loop->jobs = job->next;
        free(job);
    }
    while (loop->idle != NULL) {
        struct task *task = loop->idle;
        loop->idle = task->next;
        task_dispose(task);
    }
    timer_heap_deinit(&loop->timers);
    free(loop);
}

void loop_run(struct loop *loop)
{
    assert(!loop->running);
    loop->thread = uv_thread_self();
    loop->running = true;
    while (!has_ended(loop)) {
        if (loop->waiter == NULL)
            uv_run(&loop->uv, UV_RUN_DEFAULT);
        else
            turn(loop);
    }
    loop->running = false;
    loop->stopping = false;
}

void loop_stop(struct loop *loop)
{
    assert(loop_is_here(loop));
    loop->stopping = true;
    for (struct loop_job *job = loop->jobs; job != NULL; job = job->next)
        loop_job_stop(job);
    uv_stop(&loop->uv);
}

uv_loop_t *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

size_t loop_task_count(const struct loop *loop)
{
    return loop->task_count;
}
