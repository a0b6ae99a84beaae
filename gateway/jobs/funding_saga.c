/* Messages about requests for more (LED-41): the agent is told that its customer asks, the customer
 * of the answer; one e-mail each, whatever is repeated. In their own words nothing of it goes out.
 */
#include <string.h>

#include "gateway/jobs/notice.h"
#include "gateway/jobs/saga.h"
#include "gateway/peers/ledger_funding.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

static char *write_requested(struct arena *arena, const struct ledger_funding *funding,
                             const char *amount)
{
    char request_id[ID_TEXT_SIZE], until[CLOCK_TEXT_SIZE];
    return arena_printf(arena,
                        "Kontor: your customer, the account %s, asks you for %s until %s. Allocate "
                        "it, or another amount, or decline: it is the request %s under \"kontor "
                        "funding list\".",
                        funding->customer_id, amount, clock_format(funding->expire_us, until),
                        id_format(funding->request_id, request_id));
}

static char *write_granted(struct arena *arena, const struct ledger_funding *funding,
                           const char *amount)
{
    (void)funding;
    return arena_printf(arena,
                        "Kontor: your partner granted your request for money: %s are on their way "
                        "to your account.",
                        amount);
}

static char *write_declined(struct arena *arena, const struct ledger_funding *funding,
                            const char *amount)
{
    (void)funding;
    return arena_printf(arena,
                        "Kontor: your partner declined your request for %s. Why, stands under "
                        "\"kontor funding list --all\".",
                        amount);
}

static const struct funding_message {
    const char *event_type;
    bool (*read)(struct arena *arena, struct bytes payload, struct ledger_funding *funding);
    char *(*write)(struct arena *arena, const struct ledger_funding *funding, const char *amount);
    bool to_agent;
    const char *subject;
} messages[] = {
    {"ledger.v1.FundingRequested", ledger_funding_requested_read, write_requested, true,
     "Kontor: a customer asks for money"},
    {"ledger.v1.FundingGranted", ledger_funding_granted_read, write_granted, false,
     "Kontor: your request for money"},
    {"ledger.v1.FundingDeclined", ledger_funding_declined_read, write_declined, false,
     "Kontor: your request for money"},
};

static const struct funding_message *message_of(const char *event_type)
{
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (strcmp(messages[i].event_type, event_type) == 0)
            return &messages[i];
    return NULL;
}

enum failure saga_notify_funding(struct task *task, struct gateway *gateway,
                                 const struct saga *saga, const char **outcome)
{
    struct arena *arena = task_arena(task);
    const struct funding_message *message = message_of(saga->event_type);
    struct ledger_funding funding;
    char amount[AMOUNT_TEXT_SIZE];
    *outcome = SAGA_DONE;
    if (message == NULL || !message->read(arena, saga->payload, &funding))
        return SAGA_UNREAD;
    const struct currency *currency = currency_find(funding.currency);
    if (currency == NULL)
        return SAGA_UNREAD;
    amount_format(funding.micros, currency, amount);
    const struct identity_notice notice = {
        .account_id = message->to_agent ? funding.agent_id : funding.customer_id,
        .kind = IDENTITY_NOTICE_PAYMENT,
        .request_id = id_derive(saga->saga_id, "notice"),
        .delivery = IDENTITY_DELIVERY_EMAIL,
        .subject = message->subject,
        .text =
            message->write(arena, &funding, arena_printf(arena, "%s %s", amount, funding.currency)),
    };
    const struct peer_step step = {"notify_funding", STEP_IDENTITY_SEND_NOTIFICATION,
                                   funding.request_id};
    return notice_send(task, gateway, &step, &notice, outcome);
}
