#include "runtime/process/safe_start.h"

#include <assert.h>

#include "runtime/base/log.h"
#include "runtime/base/text.h"

static bool refuse(const char *why)
{
    assert(why[0] != '\0');
    log_write(LOG_ERROR, "start_not_safe", log_text("why", why));
    return false;
}

static bool is_verified(const struct settings *settings, const char *name)
{
    struct secret url = settings_secret(settings, name);
    return text_is_empty(secret_reveal(url)) || database_url_is_verified(url);
}

bool safe_start_has_safe_database(const struct settings *settings)
{
    if (settings_bool(settings, "insecure-allowed") ||
        (is_verified(settings, "database-url") && is_verified(settings, "migration-url")))
        return true;
    return refuse("database-url or migration-url leads away from this machine: it needs "
                  "sslmode=verify-full, or insecure-allowed");
}

/* An empty one would be libpq's own idea of a database. */
static bool names_database(const struct settings *settings)
{
    bool migrates_only = settings_bool(settings, "migrate-only");
    if (!text_is_empty(secret_reveal(settings_secret(settings, "database-url"))) ||
        (migrates_only &&
         !text_is_empty(secret_reveal(settings_secret(settings, "migration-url")))))
        return true;
    return refuse(migrates_only ? "migrate-only needs migration-url, or database-url"
                                : "database-url is empty");
}

bool safe_start_is_safe(const struct process_plan *plan, const struct settings *settings,
                        const struct credentials *credentials)
{
    if (plan->schema != NULL && !names_database(settings))
        return false;
    if (plan->schema != NULL && settings_bool(settings, "migrate-only"))
        return safe_start_has_safe_database(settings);
    if (credentials != NULL && !plan->is_door &&
        settings_text(settings, "tls-peer-identities")[0] == '\0')
        return refuse("with TLS, tls-peer-identities must name who may call this service");
    return plan->schema == NULL || safe_start_has_safe_database(settings);
}
