/* kontor-sharing: who shares what with whom, and what applies to which usage. Wiring only. */
#include "runtime/process/process.h"
#include "sharing/service/sharing_service.h"
#include "sharing/store/queries.h"

static struct sharing sharing;

static enum failure start(struct task *task, struct process *process)
{
    (void)task;
    sharing.database = process->database;
    account_service_mount(process->server, &sharing);
    asset_service_mount(process->server, &sharing);
    share_service_mount(process->server, &sharing);
    coupon_service_mount(process->server, &sharing);
    benefit_service_mount(process->server, &sharing);
    coverage_service_mount(process->server, &sharing);
    report_service_mount(process->server, &sharing);
    return FAILURE_NONE;
}

int main(int argc, char **argv)
{
    return process_main(argc, argv,
                        &(struct process_plan){.name = "kontor-sharing",
                                               .schema = "sharing",
                                               .migrations = sharing_migrations,
                                               .tells_acts = true,
                                               .tells_events = true,
                                               .default_listen_address = "127.0.0.1:7404",
                                               .default_admin_address = "127.0.0.1:7414",
                                               .start = start});
}
