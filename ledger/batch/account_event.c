#include "ledger/batch/account_event.h"

#include <string.h>

#include "ledger/v1/event.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

#define CURRENCY_SIZE sizeof(((struct account *)NULL)->currency)

static struct account_event pack(struct arena *arena, const ProtobufCMessage *message)
{
    return (struct account_event){message->descriptor->name, message_pack(arena, message)};
}

struct account_event account_event_suspended(struct arena *arena, const struct account *account)
{
    char account_id[ID_TEXT_SIZE], currency[CURRENCY_SIZE];
    Ledger__V1__AccountSuspended suspended;
    ledger__v1__account_suspended__init(&suspended);
    suspended.account_id = id_format(account->id, account_id);
    suspended.available_micros = account_available(account);
    suspended.line_micros = account_suspension_line(account);
    suspended.currency = memcpy(currency, account->currency, sizeof currency);
    return pack(arena, &suspended.base);
}

struct account_event account_event_resumed(struct arena *arena, const struct account *account)
{
    char account_id[ID_TEXT_SIZE], currency[CURRENCY_SIZE];
    Ledger__V1__AccountResumed resumed;
    ledger__v1__account_resumed__init(&resumed);
    resumed.account_id = id_format(account->id, account_id);
    resumed.available_micros = account_available(account);
    resumed.currency = memcpy(currency, account->currency, sizeof currency);
    return pack(arena, &resumed.base);
}

struct account_event account_event_overdue(struct arena *arena, const struct account *account)
{
    char account_id[ID_TEXT_SIZE], currency[CURRENCY_SIZE];
    Ledger__V1__AccountOverdue overdue;
    ledger__v1__account_overdue__init(&overdue);
    overdue.account_id = id_format(account->id, account_id);
    overdue.outstanding_micros = account_outstanding(account);
    overdue.currency = memcpy(currency, account->currency, sizeof currency);
    overdue.due_time = timestamp_from_us(arena, account->earliest_due_us);
    return pack(arena, &overdue.base);
}
