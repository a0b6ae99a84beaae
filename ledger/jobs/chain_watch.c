#include "ledger/jobs/chain_watch.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/store/chain_store.h"

#define LOOK_PAUSE_MS 200
#define NO_PLACE SIZE_MAX /* joined while a look was under way */
#define WATCH_ARENA_BYTES_MAX ((size_t)8 * 1024 * 1024)

struct chain_watch {
    struct ledger *ledger;
    struct chain_waiter *first;
    bool has_task;
};

struct chain_watch *chain_watch_new(struct ledger *ledger)
{
    static struct chain_watch watch; /* one per process */
    watch = (struct chain_watch){.ledger = ledger};
    return &watch;
}

static int by_chain(const void *a, const void *b)
{
    const struct chain_waiter *const *left = a, *const *right = b;
    return id_compare((*left)->chain_id, (*right)->chain_id);
}

/* Each chain that is waited for once. */
static enum failure gather(struct task *task, const struct chain_watch *watch, struct id **chains,
                           size_t *count)
{
    size_t waiting = 0, i = 0;
    for (const struct chain_waiter *waiter = watch->first; waiter != NULL; waiter = waiter->next)
        waiting++;
    struct chain_waiter **waiters =
        arena_try_alloc_array(task_arena(task), waiting, sizeof(struct chain_waiter *));
    *chains = arena_try_alloc_array(task_arena(task), waiting, sizeof **chains);
    if (waiters == NULL || *chains == NULL)
        return FAILURE_EXHAUSTED;
    for (struct chain_waiter *waiter = watch->first; waiter != NULL; waiter = waiter->next)
        waiters[i++] = waiter;
    qsort(waiters, waiting, sizeof(struct chain_waiter *), by_chain);
    for (*count = i = 0; i < waiting; i++) {
        if (i == 0 || by_chain(&waiters[i - 1], &waiters[i]) != 0)
            (*chains)[(*count)++] = waiters[i]->chain_id;
        waiters[i]->place = *count - 1;
    }
    return FAILURE_NONE;
}

static enum failure look(struct task *task, struct chain_watch *watch)
{
    struct id *chains;
    size_t count = 0;
    enum failure failure = gather(task, watch, &chains, &count);
    struct chain_head *heads = failure == FAILURE_NONE
                                   ? arena_try_alloc_array(task_arena(task), count, sizeof *heads)
                                   : NULL;
    if (heads == NULL)
        return FAILURE_EXHAUSTED;
    failure =
        chain_store_read_heads(reader_of(task, watch->ledger->database), chains, count, heads);
    for (struct chain_waiter *waiter = watch->first; failure == FAILURE_NONE && waiter != NULL;
         waiter = waiter->next) {
        if (waiter->place == NO_PLACE)
            continue;
        const struct chain_head *head = &heads[waiter->place];
        if (head->length > waiter->seen_sequence || (head->has_moved && waiter->follows_account))
            event_signal(&waiter->grown);
    }
    return failure;
}

static void look_on(struct task *task, void *argument)
{
    struct chain_watch *watch = argument;
    enum failure failure = FAILURE_NONE;
    while (failure == FAILURE_NONE && watch->first != NULL) {
        struct arena_mark mark = arena_mark(task_arena(task));
        failure = task_sleep_ms(task, LOOK_PAUSE_MS);
        if (failure == FAILURE_NONE && watch->first != NULL)
            failure = look(task, watch);
        arena_rewind(task_arena(task), mark);
    }
    watch->has_task = false;
    for (struct chain_waiter *waiter = watch->first; waiter != NULL; waiter = waiter->next) {
        waiter->failure = failure;
        event_signal(&waiter->grown);
    }
}

enum failure chain_watch_join(struct chain_watch *watch, struct chain_waiter *waiter)
{
    const struct task_options options = {.name = "ledger_chain_watch",
                                         .arena_bytes_max = WATCH_ARENA_BYTES_MAX};
    waiter->place = NO_PLACE;
    waiter->next = watch->first;
    waiter->link = &watch->first;
    if (waiter->next != NULL)
        waiter->next->link = &waiter->next;
    watch->first = waiter;
    if (watch->has_task)
        return FAILURE_NONE;
    watch->has_task = true;
    enum failure failure = loop_spawn(watch->ledger->loop, &options, look_on, watch);
    watch->has_task = failure == FAILURE_NONE;
    if (failure != FAILURE_NONE)
        chain_watch_leave(waiter);
    return failure;
}

void chain_watch_leave(struct chain_waiter *waiter)
{
    assert(waiter->link != NULL && *waiter->link == waiter);
    *waiter->link = waiter->next;
    if (waiter->next != NULL)
        waiter->next->link = waiter->link;
}
