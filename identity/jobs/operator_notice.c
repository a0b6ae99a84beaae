#include "identity/jobs/operator_notice.h"

#include "identity/store/notice_store.h"
#include "identity/store/operator_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"

#define INTERVAL_MS 2000

static enum failure take_one(struct transaction *transaction, struct courier *courier,
                             const struct operator_row *administrator, const char *text,
                             int64_t now_us)
{
    static const char subject[] = "Kontor's operators";
    struct id message_id;
    const struct notice notice = {.principal_id = administrator->principal_id,
                                  .kind = NOTICE_OPERATOR,
                                  .subject = subject,
                                  .text = text,
                                  .created_us = now_us};
    enum failure failure = notice_store_keep(transaction, &notice);
    if (failure != FAILURE_NONE ||
        administrator->email_sealed.data == NULL) /* of before there were invitations */
        return failure;
    const struct message_order order = {
        .delivery = DELIVERY_EMAIL,
        .to = keys_open_text(courier->keys, transaction_arena(transaction), LABEL_EMAIL,
                             administrator->email_sealed),
        .subject = subject,
        .text = text};
    return order.to == NULL ? FAILURE_INTERNAL
                            : courier_take(transaction, courier, &order, now_us, &message_id);
}

enum failure operator_notice_take(struct transaction *transaction, struct courier *courier,
                                  const char *text, int64_t now_us)
{
    struct operators administrators = {.count = 0};
    enum failure failure = operator_store_administrators(transaction, &administrators);
    for (size_t i = 0; i < administrators.count && failure == FAILURE_NONE; i++)
        failure = take_one(transaction, courier, &administrators.items[i], text, now_us);
    return failure;
}

static enum failure tell_recovery(struct transaction *transaction, void *argument)
{
    struct courier *courier = argument;
    int64_t now_us = clock_work_us();
    const char *reason = NULL;
    enum failure failure = operator_store_tell_recovery(transaction, now_us, &reason);
    if (failure != FAILURE_NONE || reason == NULL)
        return failure;
    const char *text =
        arena_printf(transaction_arena(transaction),
                     "Whoever owns this installation of Kontor made a code by which one more "
                     "administrator of operators comes in within 3 days. The reason given is: %s. "
                     "If you know nothing of it, ask them at once.",
                     reason);
    return operator_notice_take(transaction, courier, text, now_us);
}

static enum failure look(struct task *task, void *argument)
{
    struct courier *courier = argument;
    return database_transact(task, courier->database, ISOLATION_READ_COMMITTED, tell_recovery,
                             courier);
}

void operator_notice_start(struct courier *courier, struct loop *loop)
{
    (void)loop_every(loop, "operator_notice", INTERVAL_MS, look, courier);
}
