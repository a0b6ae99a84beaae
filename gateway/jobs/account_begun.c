/* Account syncs that an rpc begins: each part a task of its own, for whose end the rpc waits a
 * moment. */
#include "gateway/jobs/account_sync.h"
#include "runtime/base/log.h"

#define BEGUN_MAX 64

/* How long an rpc waits: its caller's next call mostly needs the account there. */
static const int64_t waits_ms[ACCOUNT_PART_COUNT] = {
    [ACCOUNT_PART_MONEY] = 3000, [ACCOUNT_PART_SHARING] = 1000};

/* One part under way; the place is taken until both the rpc and the part have done with it. */
static struct begun {
    struct gateway *gateway;
    struct id account_id;
    enum account_part part;
    struct event ended;
    int references;    /* 0: free */
    struct task *task; /* while it runs */
} places[BEGUN_MAX];

void account_sync_stop(void)
{
    for (size_t i = 0; i < BEGUN_MAX; i++)
        if (places[i].task != NULL)
            task_cancel(places[i].task);
}

static void run_begun(struct task *task, void *argument)
{
    struct begun *begun = argument;
    begun->task = task;
    enum failure failure =
        account_sync_part(task, begun->gateway, begun->account_id, begun->part, false);
    if (failure != FAILURE_NONE)
        log_write(LOG_WARN, "account_sync_left_to_the_saga",
                  log_id("account_id", begun->account_id), log_failure(failure));
    begun->task = NULL;
    event_signal(&begun->ended);
    begun->references--;
}

static struct begun *find_place(void)
{
    for (size_t i = 0; i < BEGUN_MAX; i++)
        if (places[i].references == 0)
            return &places[i];
    return NULL;
}

/* NULL: no place, for peers stand still; the saga does it. */
static struct begun *begin_part(struct task *task, struct gateway *gateway, struct id account_id,
                                enum account_part part)
{
    struct task_options options = {.name = "account_sync",
                                   .timeout_ms = ACCOUNT_SYNC_MS_MAX,
                                   .request_id = task_request_id(task),
                                   .trace_parent = task_trace_parent(task),
                                   .trace_state = task_trace_state(task)};
    struct begun *begun = find_place();
    if (begun == NULL)
        return NULL;
    *begun =
        (struct begun){.gateway = gateway, .account_id = account_id, .part = part, .references = 2};
    if (loop_spawn(task_loop(task), &options, run_begun, begun) == FAILURE_NONE)
        return begun;
    begun->references = 0;
    return NULL;
}

void account_sync_begin(struct task *task, struct gateway *gateway, struct id account_id)
{
    struct begun *begun[ACCOUNT_PART_COUNT];
    for (enum account_part i = 0; i < ACCOUNT_PART_COUNT; i++)
        begun[i] = begin_part(task, gateway, account_id, i);
    for (enum account_part i = 0; i < ACCOUNT_PART_COUNT; i++) {
        if (begun[i] == NULL)
            continue;
        if (task_wait_ms(task, &begun[i]->ended, waits_ms[i]) != FAILURE_NONE)
            log_write(LOG_INFO, "account_sync_goes_on", log_id("account_id", account_id));
        begun[i]->references--;
    }
}
