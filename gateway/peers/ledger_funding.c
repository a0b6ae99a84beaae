#include "gateway/peers/ledger_funding.h"

#include "ledger/v1/event.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/timestamp.h"

bool ledger_funding_requested_read(struct arena *arena, struct bytes payload,
                                   struct ledger_funding *funding)
{
    const Ledger__V1__FundingRequested *event =
        (const void *)message_unpack(arena, &ledger__v1__funding_requested__descriptor, payload);
    if (event == NULL)
        return false;
    *funding = (struct ledger_funding){.agent_id = event->agent_account_id,
                                       .customer_id = event->customer_account_id,
                                       .micros = event->amount_micros,
                                       .currency = event->currency};
    return id_parse(event->funding_request_id, &funding->request_id) &&
           timestamp_to_us(event->expire_time, &funding->expire_us);
}

bool ledger_funding_granted_read(struct arena *arena, struct bytes payload,
                                 struct ledger_funding *funding)
{
    const Ledger__V1__FundingGranted *event =
        (const void *)message_unpack(arena, &ledger__v1__funding_granted__descriptor, payload);
    if (event == NULL)
        return false;
    *funding = (struct ledger_funding){.agent_id = event->agent_account_id,
                                       .customer_id = event->customer_account_id,
                                       .micros = event->granted_micros,
                                       .currency = event->currency};
    return id_parse(event->funding_request_id, &funding->request_id);
}

bool ledger_funding_declined_read(struct arena *arena, struct bytes payload,
                                  struct ledger_funding *funding)
{
    const Ledger__V1__FundingDeclined *event =
        (const void *)message_unpack(arena, &ledger__v1__funding_declined__descriptor, payload);
    if (event == NULL)
        return false;
    *funding = (struct ledger_funding){.agent_id = event->agent_account_id,
                                       .customer_id = event->customer_account_id,
                                       .micros = event->amount_micros,
                                       .currency = event->currency};
    return id_parse(event->funding_request_id, &funding->request_id);
}
