#include "ledger/batch/account_event.h"

#include <string.h>

#include "ledger/ledger_message.h"
#include "ledger/v1/event.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

#define CURRENCY_SIZE sizeof(((struct account *)NULL)->currency)

static struct account_event pack(struct arena *arena, const ProtobufCMessage *message)
{
    return (struct account_event){message->descriptor->name, message_pack(arena, message)};
}

static struct account_event tell_suspended(struct arena *arena, const struct account *account)
{
    char account_id[ID_TEXT_SIZE], currency[CURRENCY_SIZE];
    Ledger__V1__AccountSuspended suspended;
    ledger__v1__account_suspended__init(&suspended);
    suspended.account_id = id_format(account->id, account_id);
    suspended.available_micros = account_available(account);
    suspended.line_micros = account_suspension_line(account);
    suspended.currency = memcpy(currency, account->currency, sizeof currency);
    suspended.suspension_id = id_to_message(arena, suspension_id(account));
    suspended.release_time = timestamp_from_us(arena, suspension_release_us(account));
    return pack(arena, &suspended.base);
}

static struct account_event tell_resumed(struct arena *arena, const struct account *account)
{
    char account_id[ID_TEXT_SIZE], currency[CURRENCY_SIZE];
    Ledger__V1__AccountResumed resumed;
    ledger__v1__account_resumed__init(&resumed);
    resumed.account_id = id_format(account->id, account_id);
    resumed.available_micros = account_available(account);
    resumed.currency = memcpy(currency, account->currency, sizeof currency);
    resumed.suspension_id = id_to_message(arena, suspension_id(account));
    return pack(arena, &resumed.base);
}

static struct account_event tell_overdue(struct arena *arena, const struct account *account)
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

static struct account_event tell_suspending(struct arena *arena, const struct account *account)
{
    char account_id[ID_TEXT_SIZE], currency[CURRENCY_SIZE];
    Ledger__V1__AccountSuspending suspending;
    ledger__v1__account_suspending__init(&suspending);
    suspending.account_id = id_format(account->id, account_id);
    suspending.available_micros = account_available(account);
    suspending.line_micros = account_suspension_line(account);
    suspending.currency = memcpy(currency, account->currency, sizeof currency);
    suspending.stop_time = timestamp_from_us(arena, account->stop_due_us);
    return pack(arena, &suspending.base);
}

static struct account_event tell_spared(struct arena *arena, const struct account *account)
{
    char account_id[ID_TEXT_SIZE], currency[CURRENCY_SIZE];
    Ledger__V1__AccountSpared spared;
    ledger__v1__account_spared__init(&spared);
    spared.account_id = id_format(account->id, account_id);
    spared.available_micros = account_available(account);
    spared.currency = memcpy(currency, account->currency, sizeof currency);
    return pack(arena, &spared.base);
}

static struct account_event tell_release_due(struct arena *arena, const struct account *account)
{
    char account_id[ID_TEXT_SIZE];
    Ledger__V1__AccountReleaseDue due;
    ledger__v1__account_release_due__init(&due);
    due.account_id = id_format(account->id, account_id);
    due.suspension_id = id_to_message(arena, suspension_id(account));
    due.release_time = timestamp_from_us(arena, suspension_release_us(account));
    return pack(arena, &due.base);
}

size_t account_events_of(struct arena *arena, const struct account *account,
                         struct evaluation evaluation,
                         struct account_event events[ACCOUNT_EVENTS_MAX])
{
    const struct {
        bool is_told;
        struct account_event (*tell)(struct arena *arena, const struct account *account);
    } kinds[ACCOUNT_EVENTS_MAX] = {
        {evaluation.fell_due, tell_overdue}, {evaluation.stopped, tell_suspended},
        {evaluation.resumed, tell_resumed},  {evaluation.stopping, tell_suspending},
        {evaluation.spared, tell_spared},    {evaluation.release_due, tell_release_due}};
    size_t count = 0;
    for (size_t i = 0; i < ACCOUNT_EVENTS_MAX; i++)
        if (kinds[i].is_told)
            events[count++] = kinds[i].tell(arena, account);
    return count;
}
