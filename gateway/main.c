/* kontor-gateway: the only door for partners. */
#include "gateway/domain/route.h"
#include "gateway/service/start.h"
#include "gateway/store/queries.h"
#include "runtime/process/process.h"

int main(int argc, char **argv)
{
    static const struct process_plan plan = {
        .name = "kontor-gateway",
        .schema = "gateway",
        .migrations = gateway_migrations,
        .settings = gateway_settings,
        .setting_count = GATEWAY_SETTING_COUNT,
        .is_door = true,
        .shows = route_is_shown,
        .default_listen_address = "127.0.0.1:7400",
        .default_admin_address = "127.0.0.1:7410",
        .start = gateway_start,
        .stop = gateway_stop,
    };
    return process_main(argc, argv, &plan);
}
