#include "runtime/process/reload.h"

#include <assert.h>
#include <sys/stat.h>

#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/process/process_settings.h"
#include "runtime/process/safe_start.h"

#define LOOK_EVERY_MS 5000
#define TAKEN "taken"
#define REFUSED "refused"

static const char *const results[] = {TAKEN, REFUSED, NULL};
static struct metric reloads = {.name = "settings_reloads_total",
                                .help = "Times that the settings file was read again.",
                                .kind = METRIC_COUNTER,
                                .labels = {"result"},
                                .values = results};
METRIC_FROM_THE_START(reloads);
static struct metric refused = {
    .name = "settings_file_refused",
    .help = "1 while the settings file is not what holds: with it a restart would fail.",
    .kind = METRIC_GAUGE};
METRIC_FROM_THE_START(refused);

/* Of the file behind the links: a mounted secret changes by a link to another folder. */
static struct {
    struct settings *settings; /* NULL: not yet */
    const struct process_plan *plan;
    struct stat seen;
} reload;

static struct stat look(void)
{
    struct stat seen = {0};
    const char *path = settings_text(reload.settings, "settings-file");
    if (path[0] == '\0' || stat(path, &seen) != 0)
        return (struct stat){0};
    return seen;
}

static bool accepts(const struct settings *anew)
{
    return process_settings_log_level(anew) >= 0 &&
           (reload.plan->schema == NULL || safe_start_has_safe_database(anew)) &&
           (reload.plan->accepts == NULL || reload.plan->accepts(anew));
}

static void say_differs(const char *name)
{
    log_write(LOG_WARN, "setting_needs_restart", log_text("setting", name));
}

static void say_mistaken(const char *sentence)
{
    log_write(LOG_ERROR, "setting_mistaken", log_text("why", sentence));
}

/* A pipe would be waited for. */
static bool is_no_file(void)
{
    if (reload.seen.st_ino == 0 || S_ISREG(reload.seen.st_mode))
        return false;
    say_mistaken("settings-file is no file any more");
    return true;
}

static void note(bool is_taken)
{
    metric_add(&reloads, is_taken ? TAKEN : REFUSED, 1);
    metric_set(&refused, NULL, !is_taken);
    if (is_taken)
        log_write(LOG_INFO, "settings_reloaded");
    else
        log_write(LOG_ERROR, "settings_not_reloaded",
                  log_text("why", "the settings file has a mistake; what was read before holds"));
}

void reload_now(void)
{
    static const struct settings_hearers hearers = {accepts, say_differs, say_mistaken};
    if (reload.settings == NULL || settings_text(reload.settings, "settings-file")[0] == '\0')
        return;
    reload.seen = look();
    note(!is_no_file() && settings_reload(reload.settings, &hearers) &&
         process_settings_apply_log_level(reload.settings));
}

static enum failure look_again(struct task *task, void *argument)
{
    (void)task;
    (void)argument;
    struct stat seen = look();
    bool is_same = seen.st_ino == reload.seen.st_ino && seen.st_dev == reload.seen.st_dev &&
                   seen.st_size == reload.seen.st_size &&
                   seen.st_mtim.tv_sec == reload.seen.st_mtim.tv_sec &&
                   seen.st_mtim.tv_nsec == reload.seen.st_mtim.tv_nsec;
    if (!is_same && seen.st_ino != 0) /* one that is being replaced comes back */
        reload_now();
    return FAILURE_NONE;
}

void reload_start(struct loop *loop, struct settings *settings, const struct process_plan *plan)
{
    assert(settings != NULL && reload.settings == NULL);
    reload.settings = settings;
    reload.plan = plan;
    reload.seen = look();
    if (settings_text(settings, "settings-file")[0] != '\0')
        (void)loop_every(loop, "settings", LOOK_EVERY_MS, look_again, NULL);
}
