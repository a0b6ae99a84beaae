#include "runtime/process/safe_start.h"

#include "runtime/base/log.h"

static bool refuse(const char *why)
{
    log_write(LOG_ERROR, "start_not_safe", log_text("why", why));
    return false;
}

bool safe_start_is_safe(const struct process_plan *plan, const struct settings *settings,
                        const struct credentials *credentials)
{
    if (credentials != NULL && !plan->is_door &&
        settings_text(settings, "tls-peer-identities")[0] == '\0')
        return refuse("with TLS, tls-peer-identities must name who may call this service");
    if (plan->schema != NULL && !settings_bool(settings, "insecure-allowed") &&
        !(database_url_is_verified(settings_secret(settings, "database-url")) &&
          database_url_is_verified(settings_secret(settings, "migration-url"))))
        return refuse("database-url or migration-url leads away from this machine: it needs "
                      "sslmode=verify-full, or insecure-allowed");
    return true;
}
