/* kontor-ledger: balances, lots, transfers, holds, credit, usage. Wiring only. */
#include "ledger/service/start.h"
#include "ledger/store/queries.h"

int main(int argc, char **argv)
{
    const struct process_plan plan = {
        .name = "kontor-ledger",
        .schema = "ledger",
        .migrations = ledger_migrations,
        .tells_acts = true,
        .tells_events = true,
        .settings = ledger_settings,
        .setting_count = ledger_setting_count,
        .default_listen_address = "127.0.0.1:7403",
        .default_admin_address = "127.0.0.1:7413",
        .start = ledger_start,
    };
    return process_main(argc, argv, &plan);
}
