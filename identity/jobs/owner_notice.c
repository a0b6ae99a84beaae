#include "identity/jobs/owner_notice.h"

#include "identity/store/notice_store.h"
#include "runtime/base/text.h"

static enum failure write_to(struct transaction *transaction, struct courier *courier,
                             const struct owner_notice *told, const char *subject)
{
    struct id message_id;
    const struct message_order order = {
        .delivery = DELIVERY_EMAIL,
        .to = keys_open_text(courier->keys, transaction_arena(transaction), LABEL_EMAIL,
                             told->owner->email_sealed),
        .subject = subject,
        .text = told->text};
    return order.to == NULL ? FAILURE_INTERNAL
                            : courier_take(transaction, courier, &order, told->now_us, &message_id);
}

enum failure owner_notice_take(struct transaction *transaction, struct courier *courier,
                               const struct owner_notice *told)
{
    const char *subject = told->subject != NULL ? told->subject : "Your Kontor account";
    const struct notice notice = {.principal_id = told->owner->principal_id,
                                  .account_id = told->account_id,
                                  .kind = NOTICE_ACCOUNT,
                                  .subject = subject,
                                  .text = told->text,
                                  .created_us = told->now_us};
    enum failure failure = notice_store_keep(transaction, &notice);
    return failure != FAILURE_NONE || told->owner->email_sealed.data == NULL
               ? failure
               : write_to(transaction, courier, told, subject);
}

enum failure owner_notice_of_decision(struct transaction *transaction, struct courier *courier,
                                      const struct decision *decision)
{
    const char *text = review_sentence(decision->of, decision->state);
    struct relation_owner owner;
    bool exists = false;
    if (text == NULL)
        return FAILURE_NONE;
    enum failure failure = relation_store_owner(transaction, decision->account_id, &owner, &exists);
    if (failure != FAILURE_NONE || !exists)
        return failure;
    if (!text_is_empty(decision->reason))
        text = arena_printf(transaction_arena(transaction), "%s The reason: %s", text,
                            decision->reason);
    return owner_notice_take(transaction, courier,
                             &(struct owner_notice){.owner = &owner,
                                                    .account_id = decision->account_id,
                                                    .text = text,
                                                    .now_us = decision->now_us});
}
