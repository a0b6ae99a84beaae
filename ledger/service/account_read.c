#include "ledger/service/account_read.h"

#include "ledger/domain/refusals.h"
#include "ledger/ledger.h"
#include "ledger/store/history_store.h"
#include "runtime/base/clock.h"

int account_read(struct call *call, struct id company_id, struct id account_id,
                 struct account *account)
{
    int64_t now_us;
    return account_read_at(call, company_id, account_id, account, &now_us);
}

int account_read_at(struct call *call, struct id company_id, struct id account_id,
                    struct account *account, int64_t *now_us)
{
    struct ledger *ledger = call_context(call);
    *now_us = clock_of_us(company_id);
    *account = (struct account){.company_id = company_id, .id = account_id};
    bool found;
    int no = history_store_read_balance(reader_of(call_task(call), ledger->database), *now_us,
                                        account, &found);
    if (no != 0)
        return no;
    return found ? 0 : call_refuse(call, &account_unknown, NO_TERMS);
}
