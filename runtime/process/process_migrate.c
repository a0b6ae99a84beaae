#include "runtime/process/process_migrate.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"

#define DATABASE_RETRY_MS 500
#define DATABASE_SAID_EVERY_US INT64_C(5000000)

/* The loop may change a secret that it lent, and a thread is to read it. */
static char *copy_of(struct secret url)
{
    return secret_reveal(url) == NULL ? NULL : strdup(secret_reveal(url));
}

static void copy_free(char *url)
{
    if (url != NULL)
        secret_wipe(url, strlen(url));
    free(url);
}

static enum failure migrate(struct task *task, struct database_settings settings,
                            const struct migration *migrations)
{
    char *url = copy_of(settings.url), *migration_url = copy_of(settings.migration_url);
    settings.url = secret_wrap(url);
    settings.migration_url = secret_wrap(migration_url);
    enum failure failure = database_migrate(task, &settings, migrations);
    copy_free(url);
    copy_free(migration_url);
    return failure;
}

enum failure process_migrate(struct task *task, const struct database_settings *settings,
                             const struct migration *migrations)
{
    int64_t said_us = 0;
    for (;;) {
        enum failure failure = migrate(task, *settings, migrations);
        if (failure != FAILURE_UNAVAILABLE && failure != FAILURE_LOCKED)
            return failure;
        if (failure == FAILURE_UNAVAILABLE && /* the other one is told of already */
            (said_us == 0 || clock_monotonic_us() - said_us >= DATABASE_SAID_EVERY_US)) {
            said_us = clock_monotonic_us();
            log_write(LOG_WARN, "database_not_reached", log_text("schema", settings->schema));
        }
        failure = task_sleep_ms(task, DATABASE_RETRY_MS);
        if (failure != FAILURE_NONE)
            return failure;
    }
}
