#include "gateway/peers/ledger_suspension.h"

#include "gateway/peers/own_call.h"
#include "ledger/v1/event.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

static bool runway_read(struct arena *arena, struct bytes payload, struct ledger_warning *warning)
{
    const Ledger__V1__RunwayWarning *event =
        (const void *)message_unpack(arena, &ledger__v1__runway_warning__descriptor, payload);
    if (event == NULL)
        return false;
    *warning = (struct ledger_warning){.account_id = event->account_id,
                                       .rung = (int)event->rung,
                                       .available_micros = event->available_micros,
                                       .currency = event->currency};
    return id_parse(event->notice_id, &warning->notice_id) &&
           timestamp_to_us(event->depletion_time, &warning->moment_us);
}

static bool suspending_read(struct arena *arena, struct bytes payload,
                            struct ledger_warning *warning)
{
    const Ledger__V1__AccountSuspending *event =
        (const void *)message_unpack(arena, &ledger__v1__account_suspending__descriptor, payload);
    if (event == NULL)
        return false;
    *warning = (struct ledger_warning){.account_id = event->account_id,
                                       .rung = LEDGER_RUNG_SUSPENDING,
                                       .available_micros = event->available_micros,
                                       .currency = event->currency};
    return timestamp_to_us(event->stop_time, &warning->moment_us);
}

static bool suspended_read(struct arena *arena, struct bytes payload,
                           struct ledger_warning *warning)
{
    const Ledger__V1__AccountSuspended *event =
        (const void *)message_unpack(arena, &ledger__v1__account_suspended__descriptor, payload);
    if (event == NULL)
        return false;
    *warning = (struct ledger_warning){.account_id = event->account_id,
                                       .rung = LEDGER_RUNG_SUSPENDED,
                                       .available_micros = event->available_micros,
                                       .currency = event->currency};
    return true;
}

bool ledger_warning_read(struct arena *arena, const char *event_type, struct bytes payload,
                         struct ledger_warning *warning)
{
    if (text_equal(event_type, "ledger.v1.RunwayWarning"))
        return runway_read(arena, payload, warning);
    if (text_equal(event_type, "ledger.v1.AccountSuspending"))
        return suspending_read(arena, payload, warning);
    return suspended_read(arena, payload, warning);
}

enum failure ledger_notice_record(struct peer_call call, const struct ledger_delivery *delivery)
{
    struct arena *arena = task_arena(call.task);
    char notice_id[ID_TEXT_SIZE];
    Ledger__V1__RecordNoticeRequest request = LEDGER__V1__RECORD_NOTICE_REQUEST__INIT;
    Ledger__V1__RecordNoticeResponse *response = NULL;
    request.account_id = arena_strdup(arena, delivery->account_id);
    request.notice_id = id_format(delivery->notice_id, notice_id);
    request.rung = (Ledger__V1__SuspensionRung)delivery->rung;
    request.channel = (Ledger__V1__NoticeChannel)delivery->channel;
    request.deliver_time = timestamp_from_us(arena, delivery->delivered_us);
    return RPC_CALL_WITH(
        call.task, call.peer, OWN_CALL_OF("gateway.record_notice", delivery->account_id),
        ledger__v1__suspension_service, record_notice, &request, &response, call.status);
}
