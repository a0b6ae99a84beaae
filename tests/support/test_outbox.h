/* For the tests of the outbox: a story told into it, and a reader who notes the pages. */
#ifndef TESTS_SUPPORT_TEST_OUTBOX_H
#define TESTS_SUPPORT_TEST_OUTBOX_H

#include "tests/runtime/database/fixture.h"
#include "runtime/database/outbox.h"
#include "runtime/database/queries.h"

static const struct id scope = {{1}};

struct story {
    int from;
    int to;
    size_t payload_size;
    int64_t pause_ms;
    enum failure verdict;
};

static inline enum failure tell(struct transaction *transaction, void *argument)
{
    const struct story *story = argument;
    static uint8_t payload[100000];
    enum failure failure = FAILURE_NONE;
    for (int i = story->from; i <= story->to && failure == FAILURE_NONE; i++) {
        memcpy(payload, &i, sizeof i);
        size_t size = story->payload_size > 0 ? story->payload_size : sizeof i;
        failure = outbox_append(transaction, scope, "tried.Told", payload, size, clock_now_us());
    }
    if (failure == FAILURE_NONE && story->pause_ms > 0)
        failure = task_sleep_ms(transaction_task(transaction), story->pause_ms);
    return failure != FAILURE_NONE ? failure : story->verdict;
}

static inline void transact(struct task *task, struct database *database, struct story story)
{
    assert_failure(database_transact(task, database, ISOLATION_READ_COMMITTED, tell, &story),
                   story.verdict);
}

static inline int number_of(const struct outbox_event *event)
{
    int number;
    memcpy(&number, event->payload.data, sizeof number);
    return number;
}

static inline struct outbox_page read_as(struct task *task, struct database *database,
                                         const char *consumer, const char *cursor, size_t limit)
{
    struct outbox_reading reading = {.cursor = cursor, .consumer = consumer, .limit = limit};
    struct outbox_page page;
    assert_none(outbox_read(reader_of(task, database), &reading, &page));
    assert_in_range(page.count, 0, limit);
    return page;
}

static inline struct outbox_page read_page(struct task *task, struct database *database,
                                           const char *cursor, size_t limit)
{
    return read_as(task, database, "", cursor, limit);
}

/* Reads on behind the cursor, which moves, until nothing more comes. */
static inline size_t read_on(struct task *task, struct database *database, const char **cursor,
                             size_t limit, int *numbers)
{
    size_t total = 0;
    for (struct outbox_page page; (page = read_page(task, database, *cursor, limit)).count > 0;) {
        for (size_t i = 0; i < page.count; i++) {
            numbers[total++] = number_of(&page.events[i]);
            *cursor = page.events[i].cursor;
            assert_string_equal(page.events[i].type, "tried.Told");
            assert_true(id_equal(page.events[i].scope_id, scope));
        }
    }
    return total;
}

static inline size_t read_all(struct task *task, struct database *database, size_t limit,
                              int *numbers, size_t expected)
{
    const char *cursor = "";
    size_t total = 0;
    for (int i = 0; i < 500 && total < expected; i++) {
        total += read_on(task, database, &cursor, limit, numbers + total);
        if (total < expected)
            assert_none(task_sleep_ms(task, 10));
    }
    return total;
}

static inline void migrate(struct task *task, void *argument)
{
    (void)argument;
    struct database_settings settings = settings_for(test_database_url("database"));
    assert_none(database_migrate(task, &settings, NULL));
}

static inline int set_up(void **state)
{
    (void)state;
    test_in_task(migrate, NULL);
    return 0;
}

static inline int empty_outbox(void **state)
{
    (void)state;
    done_elsewhere("TRUNCATE outbox, outbox_consumer; UPDATE outbox_head SET position = 0");
    done_elsewhere("DROP TABLE IF EXISTS lock; CREATE TABLE lock (id bigint PRIMARY KEY); INSERT "
                   "INTO lock VALUES (1)");
    return 0;
}

#endif
