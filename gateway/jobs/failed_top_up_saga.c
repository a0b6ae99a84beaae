/* A top-up that had been accepted and then failed: the payer, who does not wait for it any more,
 * gets exactly one message. Its id follows from the top-up, so one message is sent whatever is
 * repeated. Under the ceilings of the payer's day it counts no more (PAY-26). */
#include "gateway/peers/identity_peer.h"
#include "gateway/peers/payments_peer.h"
#include "gateway/jobs/notice.h"
#include "gateway/jobs/saga.h"
#include "gateway/store/ceiling_store.h"
#include "runtime/base/amount.h"

static char *write_text(struct arena *arena, const struct payments_top_up *top_up,
                        const char *reason)
{
    char amount[AMOUNT_TEXT_SIZE];
    const struct currency *currency = currency_find(top_up->currency);
    const char *why = text_equal(reason, "PROVIDER_UNAVAILABLE")
                          ? "The payment provider could not be reached."
                          : "The payment was declined.";
    if (currency == NULL) /* an event of before the amount was told */
        return arena_printf(arena, "Kontor: your top-up failed, and nothing was charged. %s", why);
    return arena_printf(arena, "Kontor: your top-up of %s %s failed, and nothing was charged. %s",
                        amount_format(top_up->amount_micros, currency, amount), top_up->currency,
                        why);
}

enum failure saga_notify_failed_top_up(struct task *task, struct gateway *gateway,
                                       const struct saga *saga, const char **outcome)
{
    struct payments_top_up top_up;
    const char *reason;
    struct id account_id;
    *outcome = SAGA_DONE;
    if (!payments_failed_read(task_arena(task), saga->payload, &top_up, &reason) ||
        !id_parse(top_up.account_id, &account_id))
        return SAGA_UNREAD;
    enum failure failure =
        ceiling_store_failed(reader_of(task, gateway->database), account_id, top_up.top_up_id);
    if (failure != FAILURE_NONE)
        return failure;
    const struct identity_notice notice = {
        .account_id = top_up.account_id,
        .kind = IDENTITY_NOTICE_PAYMENT,
        .request_id = id_derive(top_up.top_up_id, "failed.notice"),
        .delivery = IDENTITY_DELIVERY_EMAIL,
        .subject = "Kontor: your top-up failed",
        .text = write_text(task_arena(task), &top_up, reason),
    };
    const struct peer_step step = {"notify_failed_top_up", STEP_IDENTITY_SEND_NOTIFICATION,
                                   top_up.top_up_id};
    return notice_send(task, gateway, &step, &notice, outcome);
}
