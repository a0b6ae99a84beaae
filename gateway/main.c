/* kontor-gateway: the only door for partners. */
#include "gateway/domain/route.h"
#include "gateway/service/gateway.h"
#include "gateway/jobs/opening.h"
#include "gateway/store/queries.h"
#include "runtime/process/process.h"

static struct gateway gateway;

static enum failure start(struct task *task, struct process *process)
{
    (void)task;
    gateway.database = process->database;
    gateway.identity = process_peer(process, "identity");
    gateway.payments = process_peer(process, "payments");
    gateway.ledger = process_peer(process, "ledger");
    gateway.sharing = process_peer(process, "sharing");
    gateway_init(&gateway, process->settings);
    gateway_mount(&gateway, process->server);
    gateway_start_jobs(&gateway, process->loop, process->settings);
    return FAILURE_NONE;
}

static void stop(struct task *task, struct process *process)
{
    (void)task;
    (void)process;
    opening_stop();
}

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
        .start = start,
        .stop = stop,
    };
    return process_main(argc, argv, &plan);
}
