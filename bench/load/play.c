#include "bench/load/play.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/load/gauges.h"
#include "bench/load/page.h"
#include "bench/load/prepare.h"
#include "bench/load/result_json.h"
#include "bench/load/run.h"
#include "bench/load/smoke.h"
#include "bench/load/top_up.h"
#include "runtime/base/clock.h"
#include "runtime/process/admin.h"
#include "runtime/process/signals.h"

#define STACK_BYTES ((size_t)128 * 1024)
#define TASKS_BESIDE 64 /* what is no call of the load */
#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define ATTEMPTS_OF_PEOPLE 3
#define INTERVAL_NS NS_PER_S
#define NS_PER_MS INT64_C(1000000)

struct play {
    const struct settings *settings;
    struct door_settings way;
    struct loop *loop;
    struct door *door;
    struct run *run; /* of a scenario */
    enum verdict verdict;
    enum verdict (*body)(struct task *task, struct play *play);
};

static bool complain(const char *what)
{
    fprintf(stderr, "kontor-load: %s\n", what);
    return false;
}

/* ---- an early end ---- */

static struct run *running; /* whom a signal is meant for */

/* The first time: nothing more begins, and the money is counted. */
static void end_asked(int number)
{
    (void)number;
    if (running->is_stopped)
        _exit(VERDICT_NOT_BEGUN);
    running->is_stopped = true;
    running->result->stopped = 1;
    event_signal(&running->wake);
}

/* ---- a loop, a door and a task ---- */

static void run_body(struct task *task, void *argument)
{
    struct play *play = argument;
    play->door = door_open(play->loop, &play->way);
    if (play->door != NULL) {
        play->verdict = play->body(task, play);
        door_close(play->door);
    }
    if (running != NULL)
        signals_close();
    loop_stop(play->loop);
}

static enum verdict play_on_loop(struct play *play, int attempts, size_t tasks)
{
    const struct settings *settings = play->settings;
    play->way =
        (struct door_settings){.gateway = settings_text(settings, "gateway"),
                               .authority_file = settings_text(settings, "authority-file"),
                               .connections = (size_t)settings_int64(settings, "connections"),
                               .timeout_ms = settings_int64(settings, "timeout"),
                               .attempts = attempts};
    const struct task_options options = {.name = "load", .arena_bytes_max = ARENA_BYTES_MAX};
    play->verdict = VERDICT_NOT_BEGUN;
    play->loop = loop_new(STACK_BYTES, tasks + TASKS_BESIDE);
    running = play->run;
    if (running != NULL)
        signals_open(play->loop, end_asked, NULL);
    if (loop_spawn(play->loop, &options, run_body, play) == FAILURE_NONE)
        loop_run(play->loop);
    loop_free(play->loop);
    return play->verdict;
}

/* ---- a scenario ---- */

static bool read_shard(const char *text, struct run *run)
{
    const char *index = getenv("JOB_COMPLETION_INDEX");
    unsigned long shard = 0;
    char *end;
    if (strncmp(text, "index/", 6) == 0 && index != NULL) {
        shard = strtoul(index, &end, 10) + 1;
        text += 5;
    } else {
        shard = strtoul(text, &end, 10);
        text = end;
    }
    run->shards = *text == '/' ? strtoul(text + 1, &end, 10) : 0;
    if (shard < 1 || shard > run->shards || *end != '\0')
        return complain("shard is one of so many, as 2/4, or index/4 in an indexed Job");
    run->shard = shard - 1;
    return true;
}

static bool read_objectives(const char *text, struct result *result)
{
    while (*text != '\0') {
        struct objective *objective = &result->objectives[result->objective_count];
        text = result->objective_count < OBJECTIVES_MAX ? objective_read(text, objective) : NULL;
        if (text == NULL)
            return complain("an objective is as p99=50ms, max=2s, errors=0.1%, refused=1%, "
                            "limited=0% or rate=200/s");
        result->objective_count++;
    }
    return true;
}

static bool read_roster(const struct settings *settings, struct run *run)
{
    char mistake[ROSTER_MISTAKE_SIZE];
    enum traffic_shape shape;
    if (!traffic_shape_parse(settings_text(settings, "traffic"), &shape))
        return complain("traffic is uniform, skewed or hot");
    if (!roster_read(&run->roster, settings_text(settings, "roster"), mistake))
        return complain(mistake);
    if (!roster_keep_shard(&run->roster, run->shard, run->shards))
        return complain("the roster has fewer companies than there are generators");
    uint64_t seed = (uint64_t)settings_int64(settings, "seed") + (uint64_t)run->shard;
    traffic_init(&run->traffic, shape, run->roster.companies, run->roster.accounts, seed);
    run->traffic.roster = &run->roster;
    books_init(&run->books, run->roster.companies, run->roster.accounts);
    return true;
}

static bool open_journal(const char *path, struct run *run)
{
    char made[512], id[ID_TEXT_SIZE];
    const char *folder = getenv("TMPDIR");
    if (!text_print(made, sizeof made, "%s/kontor-load-%s.journal",
                    folder != NULL && folder[0] != '\0' ? folder : "/tmp",
                    id_format(id_new(clock_now_us()), id)))
        return complain("TMPDIR is too long");
    run->journal = journal_open(path[0] != '\0' ? path : made);
    if (run->journal == NULL) {
        fprintf(stderr, "kontor-load: %s: %s\n", path[0] != '\0' ? path : made, strerror(errno));
        return false;
    }
    fprintf(stderr, "request ids: %s\n", path[0] != '\0' ? path : made);
    return true;
}

static void plan(const struct settings *settings, struct run *run)
{
    struct result *result = run->result;
    const struct wish wish = {.rate_per_s = (double)settings_int64(settings, "rate"),
                              .saturation = (double)settings_int64(settings, "saturation"),
                              .duration_ns = settings_int64(settings, "duration") * NS_PER_MS,
                              .warm_up_ns = settings_int64(settings, "warm-up") * NS_PER_MS,
                              .outstanding = (size_t)settings_int64(settings, "outstanding"),
                              .shards = run->shards};
    run->schedule = scenario_plan(run->scenario, &wish);
    result->phase_count = run->schedule.count;
    for (size_t i = 0; i < run->schedule.count; i++) {
        const struct phase *phase = &run->schedule.phases[i];
        (void)!text_print(result->phase_names[i], sizeof result->phase_names[i], "%s", phase->name);
        result->phase_seconds[i] = (double)phase->duration_ns / (double)NS_PER_S;
    }
    (void)!text_print(result->scenario, sizeof result->scenario, "%s", run->scenario->name);
    (void)!text_print(result->gateway, sizeof result->gateway, "%s",
                      settings_text(settings, "gateway"));
    clock_format(clock_now_us(), result->began);
    result->interval_ns = INTERVAL_NS;
    result->generators = 1;
}

static bool open_page(const char *path, struct run *run)
{
    run->page = path[0] != '\0' ? fopen(path, "w") : NULL;
    if (path[0] == '\0' || run->page != NULL)
        return true;
    fprintf(stderr, "kontor-load: %s: %s\n", path, strerror(errno));
    return false;
}

/* Everything that can be wrong before the door is opened. */
static bool begin(const struct settings *settings, struct run *run)
{
    run->currency = settings_text(settings, "currency");
    run->size = (size_t)settings_int64(settings, "size");
    run->timeout_ms = settings_int64(settings, "timeout");
    run->patience_ms = settings_int64(settings, "patience");
    run->lateness_ns = settings_int64(settings, "lateness") * NS_PER_MS;
    run->under_way_max = (size_t)settings_int64(settings, "under-way-max");
    run->scenario = scenario_find(settings_text(settings, "scenario"));
    if (run->scenario == NULL)
        return complain("there is no such scenario; --help lists them");
    if (!read_shard(settings_text(settings, "shard"), run) ||
        !read_objectives(settings_text(settings, "objective"), run->result) ||
        !read_roster(settings, run) || !open_page(settings_text(settings, "page"), run) ||
        !open_journal(settings_text(settings, "journal"), run))
        return false;
    plan(settings, run);
    return true;
}

static void measure(struct task *task, struct run *run)
{
    pacer_run(task, run);
    undecided_await(task, run);
    if (run->top_ups != NULL)
        top_ups_end(task, run);
    check_end(task, run);
    if (!journal_end(task, run->journal)) {
        run->result->money.unread++;
        result_add_sentence(run->result, "the file of request ids could not be written");
    }
    result_judge(run->result);
}

static enum verdict scenario_body(struct task *task, struct play *play)
{
    struct run *run = play->run;
    const char *address = settings_text(play->settings, "admin-address");
    run->loop = play->loop;
    run->door = play->door;
    struct admin *admin = gauges_serve(run->loop, address);
    bool has_begun = (admin != NULL || address[0] == '\0') && check_begin(task, run) &&
                     (!settings_bool(play->settings, "top-ups") || top_ups_begin(task, run)) &&
                     journal_begin(run->journal, run->loop) && undecided_begin(run);
    if (has_begun)
        measure(task, run);
    if (admin != NULL)
        admin_free(admin);
    return has_begun ? run->result->verdict : VERDICT_NOT_BEGUN;
}

static enum verdict tell(struct run *run)
{
    const struct result *result = run->result;
    const struct histogram *latency = &result->measured.latency;
    bool is_told = result_write(result, stdout);
    if (run->page != NULL)
        is_told = page_write(result, run->page) && fflush(run->page) == 0 && is_told;
    for (size_t i = 0; i < result->money.sentence_count; i++)
        (void)complain(result->money.sentences[i]);
    fprintf(stderr, "%s: %lld calls, p50 %.1f ms, p99 %.1f ms, max %.1f ms; money of %lld orders\n",
            result_verdict(result), (long long)latency->total,
            (double)histogram_quantile(latency, 0.5) / 1e6,
            (double)histogram_quantile(latency, 0.99) / 1e6, (double)latency->maximum / 1e6,
            (long long)result->money.acknowledged);
    if (!is_told)
        (void)complain("the result or its page could not be written");
    return is_told || result->verdict != VERDICT_PASS ? result->verdict : VERDICT_MISSED;
}

enum verdict play_scenario(const struct settings *settings)
{
    struct run *run = calloc(1, sizeof *run);
    assert(run != NULL);
    run->result = calloc(1, sizeof *run->result);
    assert(run->result != NULL);
    struct play play = {.settings = settings, .run = run, .body = scenario_body};
    enum verdict verdict = VERDICT_NOT_BEGUN;
    if (begin(settings, run))
        verdict = play_on_loop(&play, 1, run->under_way_max);
    if (verdict != VERDICT_NOT_BEGUN)
        verdict = tell(run);
    if (run->page != NULL)
        fclose(run->page);
    if (run->journal != NULL)
        journal_free(run->journal);
    books_deinit(&run->books);
    traffic_deinit(&run->traffic);
    roster_free(&run->roster);
    free(run->result);
    free(run);
    return verdict;
}

/* ---- smoke and prepare ---- */

static enum verdict smoke_body(struct task *task, struct play *play)
{
    const struct settings *settings = play->settings;
    struct smoke smoke = {.door = play->door,
                          .email = settings_text(settings, "email"),
                          .password = settings_secret(settings, "password"),
                          .receiver = settings_text(settings, "to"),
                          .health_urls = settings_text(settings, "health-urls"),
                          .currency = settings_text(settings, "currency"),
                          .seed = id_new(clock_now_us()),
                          .patience_ms = settings_int64(settings, "patience")};
    const char *given = settings_text(settings, "run-id");
    if (given[0] != '\0' && !id_parse(given, &smoke.seed))
        return complain("run-id is a UUID") ? VERDICT_PASS : VERDICT_NOT_BEGUN;
    enum verdict verdict = smoke_run(task, &smoke);
    fprintf(stderr, "%s\n", verdict_name(verdict));
    return verdict;
}

enum verdict play_smoke(const struct settings *settings)
{
    struct play play = {.settings = settings, .body = smoke_body};
    return play_on_loop(&play, ATTEMPTS_OF_PEOPLE, 1);
}

static enum verdict preparation_body(struct task *task, struct play *play)
{
    const struct settings *settings = play->settings;
    const struct preparation preparation = {
        .opening = {.door = play->door,
                    .spool = settings_text(settings, "spool-directory"),
                    .currency = settings_text(settings, "currency"),
                    .amount_micros = settings_int64(settings, "amount-micros"),
                    .patience_ms = settings_int64(settings, "patience")},
        .operator_email = settings_text(settings, "operator-email"),
        .operator_password = settings_secret(settings, "operator-password"),
        .operator_app = settings_secret(settings, "operator-app"),
        .credentials_file = settings_text(settings, "credentials-file"),
        .roster_file = settings_text(settings, "roster"),
        .companies = (size_t)settings_int64(settings, "companies"),
        .accounts = (size_t)settings_int64(settings, "accounts"),
        .sessions = (size_t)settings_int64(settings, "sessions")};
    return prepare_run(task, &preparation) ? VERDICT_PASS : VERDICT_NOT_BEGUN;
}

enum verdict play_preparation(const struct settings *settings)
{
    struct play play = {.settings = settings, .body = preparation_body};
    return play_on_loop(&play, ATTEMPTS_OF_PEOPLE, 1);
}
