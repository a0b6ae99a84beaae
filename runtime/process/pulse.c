#include "runtime/process/pulse.h"

#include <assert.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/process/own_port.h"

#define BEATS_SAID_EVERY 60

static struct metric difference = {.name = "process_clock_difference_seconds",
                                   .help = "This process's clock minus the database's.",
                                   .kind = METRIC_GAUGE,
                                   .in_us = true};
METRIC_FROM_THE_START(difference);
static const char *const what_is_asked[] = {"database", "port", NULL};
static struct metric unanswered = {.name = "process_pulse_failures_total",
                                   .help = "Questions of the pulse without a good answer in time.",
                                   .kind = METRIC_COUNTER,
                                   .labels = {"asked"},
                                   .values = what_is_asked};
METRIC_FROM_THE_START(unanswered);

static const char not_reached[] = "the database cannot be reached\n";
static const char silent[] = "the database does not answer\n";
static const char deaf[] = "the port of this process does not answer\n";
static const char clock_differs[] = "the clock differs from the database's\n";

struct pulse {
    struct process *process;
    struct task *task; /* NULL: not started, or ended */
    bool is_stopped;
    const char *database_complaint;
    const char *port_complaint;
    const char *said; /* the complaint of the last line logged */
    int64_t beats_since_said;
};

static struct pulse pulse;

const char *pulse_complaint(void)
{
    if (pulse.database_complaint != NULL)
        return pulse.database_complaint;
    return pulse.port_complaint != NULL ? pulse.port_complaint
           : clock_is_right()           ? NULL
                                        : clock_differs;
}

static const char *ask_database(struct task *task, struct database *database)
{
    int64_t asked_us = clock_monotonic_us(), database_us;
    if (!database_is_ready(database))
        return not_reached;
    if (database_ask_time(task, database, PULSE_ANSWER_MS_MAX, &database_us) != FAILURE_NONE)
        return database_is_ready(database) ? silent : not_reached;
    int64_t answered_us = clock_monotonic_us();
    clock_compare(asked_us + (answered_us - asked_us) / 2, database_us);
    return NULL;
}

static void ask_databases(struct task *task)
{
    struct database *databases[] = {pulse.process->database, pulse.process->second_database};
    const char *complaint = NULL;
    for (size_t i = 0; i < sizeof databases / sizeof *databases; i++)
        if (databases[i] != NULL && complaint == NULL)
            complaint = ask_database(task, databases[i]);
    if (complaint != NULL)
        metric_add(&unanswered, "database", 1);
    pulse.database_complaint = complaint;
    metric_set(&difference, NULL, clock_difference_us());
}

struct dial {
    const char *address;
    int port;
    bool is_tls;
    bool answers;
};

static void dial(void *argument)
{
    struct dial *dial = argument;
    dial->answers = own_port_answers(dial->address, dial->port, dial->is_tls, PULSE_ANSWER_MS_MAX);
}

static void ask_port(struct task *task)
{
    struct dial asked = {.address = settings_text(pulse.process->settings, "listen-address"),
                         .port = rpc_server_port(pulse.process->server),
                         .is_tls = rpc_server_speaks_tls(pulse.process->server)};
    if (task_offload(task, dial, &asked) != FAILURE_NONE || pulse.is_stopped)
        return;
    if (!asked.answers)
        metric_add(&unanswered, "port", 1);
    pulse.port_complaint = asked.answers ? NULL : deaf;
}

/* At every change, and now and then while it lasts. */
static void say(const char *complaint)
{
    bool is_due = complaint != pulse.said ||
                  (complaint != NULL && ++pulse.beats_since_said >= BEATS_SAID_EVERY);
    if (!is_due)
        return;
    if (complaint != NULL)
        log_write(LOG_ERROR, "not_ready", log_text("why", complaint),
                  log_int64("clock_difference_ms", clock_difference_us() / 1000));
    else
        log_write(LOG_INFO, "ready_again");
    pulse.said = complaint;
    pulse.beats_since_said = 0;
}

static void beat(struct task *task, void *argument)
{
    (void)argument;
    pulse.task = task;
    for (int64_t beats = 0; !pulse.is_stopped; beats++) {
        ask_databases(task);
        if (!pulse.is_stopped && beats % PULSE_DIALS_EVERY == 0)
            ask_port(task);
        if (pulse.is_stopped)
            break;
        say(pulse_complaint());
        rpc_server_set_serving(pulse.process->server, pulse_complaint() == NULL);
        if (task_sleep_ms(task, PULSE_EVERY_MS) != FAILURE_NONE)
            break;
    }
    pulse.task = NULL;
}

void pulse_start(struct process *process)
{
    assert(pulse.process == NULL);
    pulse.process = process;
    struct task_options options = {.name = "pulse"};
    enum failure failure = loop_spawn(process->loop, &options, beat, NULL);
    assert(failure == FAILURE_NONE);
    (void)failure;
}

void pulse_stop(void)
{
    pulse.is_stopped = true;
    if (pulse.task != NULL)
        task_cancel(pulse.task);
}
