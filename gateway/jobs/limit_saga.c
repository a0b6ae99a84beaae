/* Messages about credit limits: the administrator is asked to confirm the first one (LED-15); it
 * taking effect, and every later change (LED-16), is one SMS each. The event's id is the message's
 * id, so a message is sent once whatever is repeated. */
#include <string.h>

#include "gateway/peers/identity_peer.h"
#include "gateway/peers/ledger_peer.h"
#include "gateway/jobs/notice.h"
#include "gateway/jobs/saga.h"
#include "runtime/base/amount.h"

struct limit_message {
    const char *event_type;
    bool (*read)(struct arena *arena, struct bytes payload, struct ledger_limit_notice *notice);
    enum identity_delivery delivery;
    const char *before_amount;
    const char *after_amount;
};

static const struct limit_message messages[] = {
    {"ledger.v1.CreditLimitPending", ledger_limit_pending_read, IDENTITY_DELIVERY_EMAIL,
     "A credit limit of ",
     " was set for your account. It takes effect once an administrator of the account confirms its "
     "contract, which stands under Contracts (\"kontor contract list\")."},
    {"ledger.v1.CreditLimitActivated", ledger_limit_activated_read, IDENTITY_DELIVERY_SMS,
     "Your credit limit of ", " is in effect."},
    {"ledger.v1.CreditLimitChanged", ledger_limit_changed_read, IDENTITY_DELIVERY_SMS,
     "Your credit limit is now ", "."},
};

static const struct limit_message *message_of(const char *event_type)
{
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        if (strcmp(messages[i].event_type, event_type) == 0)
            return &messages[i];
    }
    return NULL;
}

static char *write_text(struct arena *arena, const struct limit_message *message,
                        const struct ledger_limit_notice *notice)
{
    char amount[AMOUNT_TEXT_SIZE];
    amount_format(notice->limit_micros, currency_find(notice->currency), amount);
    return arena_printf(arena, "Kontor: %s%s %s%s", message->before_amount, amount,
                        notice->currency, message->after_amount);
}

enum failure saga_notify_limit(struct task *task, struct gateway *gateway, const struct saga *saga,
                               const char **outcome)
{
    const struct limit_message *message = message_of(saga->event_type);
    struct ledger_limit_notice limit;
    *outcome = SAGA_DONE;
    if (message == NULL || !message->read(task_arena(task), saga->payload, &limit))
        return SAGA_UNREAD;
    struct identity_notice notice = {
        .account_id = limit.account_id,
        .kind = IDENTITY_NOTICE_CREDIT_LIMIT,
        .request_id = id_derive(saga->saga_id, "notice"),
        .delivery = message->delivery,
        .subject = "Kontor: your credit limit",
        .text = write_text(task_arena(task), message, &limit),
    };
    const struct peer_step step = {"notify_limit", STEP_IDENTITY_SEND_NOTIFICATION, saga->saga_id};
    return notice_send(task, gateway, &step, &notice, outcome);
}
