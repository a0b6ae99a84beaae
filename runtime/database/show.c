/* The pools for people: which connection does what, and who waits. */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "runtime/base/clock.h"
#include "runtime/database/pool.h"

#define LINE_SIZE_MAX 400
#define WAITERS_SHOWN 20

struct status_page {
    char *text;
    size_t size;
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void add(struct status_page *page, const char *format,
                                                      ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(page->text + page->length, page->size - page->length, format, arguments);
    va_end(arguments);
    size_t left = page->size - page->length - 1;
    assert(length >= 0);
    page->length += (size_t)length < left ? (size_t)length : left;
}

static int64_t ms_since(int64_t since_us)
{
    return (clock_monotonic_us() - since_us) / 1000;
}

static void add_task(struct status_page *page, const struct task *task)
{
    add(page, " %.100s %.64s", task_name(task), task_request_id(task));
}

static void add_statement(struct status_page *page, const struct statement *statement)
{
    assert(statement != NULL && statement->query != NULL);
    add(page, " | %.60s %s %" PRId64 " ms", statement->query->name, statement_phase_name(statement),
        ms_since(statement->sent_us));
}

static void add_connection(struct status_page *page, const struct connection *connection)
{
    add(page, "  %s %s in_flight %zu", connection_link_name(connection),
        connection_hold_name(connection), connection->in_flight);
    if (connection->first != NULL)
        add_statement(page, connection->first);
    if (connection->last != connection->first)
        add_statement(page, connection->last);
    if (connection->holder != NULL) {
        add(page, " | held %" PRId64 " ms by", ms_since(connection->lent_us));
        add_task(page, connection->holder);
    }
    add(page, "\n");
}

static void add_waiters(struct status_page *page, const struct waiters *waiters)
{
    const struct waiter *waiter = waiters->first;
    for (size_t shown = 0; waiter != NULL && shown < WAITERS_SHOWN; shown++) {
        int64_t since_us = waiter->until_us - waiters->wait_max_ms * 1000;
        add(page, "  waits %" PRId64 " ms:", ms_since(since_us));
        add_task(page, waiter->task);
        add(page, "\n");
        waiter = waiter->next;
    }
}

static void add_pool(struct status_page *page, const char *name, const struct connection_pool *pool)
{
    add(page, "%s: %zu connections, %zu wait\n", name, pool->count, pool->waiters.count);
    for (size_t i = 0; i < pool->count; i++)
        add_connection(page, &pool->connections[i]);
    add_waiters(page, &pool->waiters);
}

const char *database_show(const struct database *database, struct arena *arena)
{
    size_t lines = database->shared.count + database->exclusive.count + 2 * WAITERS_SHOWN + 3;
    struct status_page page = {.size = lines * LINE_SIZE_MAX};
    page.text = arena_alloc(arena, page.size);
    add_pool(&page, "shared", &database->shared);
    add_pool(&page, "exclusive", &database->exclusive);
    add(&page, "patient for a lock: %zu\n", database->patient);
    return page.text;
}
