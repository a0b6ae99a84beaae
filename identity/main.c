#include "identity/jobs/first_operator.h"
#include "identity/service/start.h"
#include "identity/store/queries.h"
#include "runtime/process/process.h"

int main(int argc, char **argv)
{
    const struct process_plan plan = {
        .name = "kontor-identity",
        .schema = "identity",
        .migrations = identity_migrations,
        .tells_acts = true,
        .tells_events = true,
        .settings = identity_settings,
        .setting_count = identity_setting_count,
        .default_listen_address = "127.0.0.1:7401",
        .default_admin_address = "127.0.0.1:7411",
        .start = identity_start,
        .after_migration = first_operator_put,
        .stop = identity_stop,
    };
    return process_main(argc, argv, &plan);
}
