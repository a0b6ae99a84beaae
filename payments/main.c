#include "payments/service/start.h"
#include "payments/store/queries.h"
#include "runtime/process/process.h"

int main(int argc, char **argv)
{
    const struct process_plan plan = {
        .name = "kontor-payments",
        .schema = "payments",
        .migrations = payments_migrations,
        .tells_acts = true,
        .tells_events = true,
        .settings = payments_settings,
        .setting_count = payments_setting_count,
        .accepts = payments_secrets_are_set,
        .default_listen_address = "127.0.0.1:7402",
        .default_admin_address = "127.0.0.1:7412",
        .start = payments_start,
        .stop = payments_stop,
    };
    return process_main(argc, argv, &plan);
}
