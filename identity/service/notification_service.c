#include <string.h>

#include "identity/service/account_service.h"
#include "identity/service/code_sender.h"
#include "identity/service/fields.h"
#include "identity/service/start.h"
#include "identity/store/message_store.h"
#include "identity/store/notice_store.h"
#include "identity/store/text_store.h"
#include "identity/v1/notice.pb-c.h"
#include "runtime/rpc/timestamp.h"

#define send_notification_read send_notification_read
#define send_notification_done(call, request, response) messages_deliver(call)
#include "identity/service/notification_rpc.h"

#define SUBJECT_BYTES_MAX 128
#define TEXT_BYTES_MAX 2000

/* ---- SendNotification ---- */

/* Clean text whose lines may be broken. */
static void field_lines(struct call *call, const char *field, const char *text)
{
    size_t size = strnlen(text, TEXT_BYTES_MAX + 1);
    char *joined = arena_strndup(call_arena(call), text, size);
    for (char *at = joined; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    if (size == 0 || !text_is_clean(joined, TEXT_BYTES_MAX))
        call_add_field_violation(call, field, FAULT_MALFORMED,
                                 "The text is empty, longer than 2000 bytes or not clean UTF-8.");
}

static void field_subject(struct call *call, const char *field, const char *subject)
{
    field_text(call, field, subject, 0, SUBJECT_BYTES_MAX);
    for (const char *at = subject; *at != '\0'; at++)
        if ((unsigned char)*at > 0x7e) {
            call_add_field_violation(call, field, FAULT_MALFORMED, "The subject is not ASCII.");
            return;
        }
}

static void send_notification_read(struct call *call,
                                   const Identity__V1__SendNotificationRequest *message,
                                   struct send_notification *request)
{
    send_notification_fields(call, message, request);
    field_delivery(call, "delivery", request->delivery, false);
    field_subject(call, "subject", request->subject);
    field_lines(call, "text", request->text);
    field_enum(call, "kind", &identity__v1__notice_kind__descriptor, (int)message->kind);
}

static int choose_destination(struct call *call, const struct account_row *row,
                              struct message_order *order)
{
    bool by_email = order->delivery == DELIVERY_EMAIL;
    if (!account_is_reached(&row->account, delivery_channel(order->delivery)))
        return call_refuse(call, &contact_missing, NO_TERMS);
    order->to = by_email ? text_open(call, LABEL_EMAIL, row->email_sealed)
                         : text_open(call, LABEL_PHONE, row->phone_sealed);
    return order->to != NULL ? 0 : FAILURE_INTERNAL;
}

/* Notices of an account follow from what its people do, as often as they like: they are counted as
 * codes are (S10), with them where they cost money. */
static int count_notice(struct mutation *mutation, const struct account *account,
                        const struct send_notification *request)
{
    struct call *call = mutation->call;
    const struct identity *identity = identity_of(call);
    const struct bytes own = {account->account_id.bytes, sizeof account->account_id.bytes};
    bool by_email = (enum delivery)request->delivery == DELIVERY_EMAIL;
    struct text_senders senders = {.now_us = mutation->now_us};
    int64_t sent[TEXT_LIMIT_COUNT];
    size_t reached;
    senders.subjects[by_email ? TEXT_EMAIL_OF_ACCOUNT : TEXT_PHONE_OF_ACCOUNT] = own;
    if (!by_email)
        senders.subjects[TEXT_PHONE_OF_ALL] = text_index_of_all(call);
    enum failure failure = text_store_count(mutation->transaction, &senders, sent);
    if (failure != FAILURE_NONE)
        return failure;
    if (!(by_email && request->owed) && /* LED-43 */
        text_decide(sent, &identity->text_budget, &reached) != TEXT_ACCEPTED)
        return call_refuse(call, text_refusal(TEXT_TOO_MANY_NOTICES),
                           REFUSAL_TERMS({"of", text_subject_name(text_limits[reached].subject)}));
    return text_store_insert(mutation->transaction, &senders, id_new(mutation->now_us));
}

static enum failure keep_notice(struct mutation *mutation, const struct account *account,
                                const struct send_notification *request)
{
    const struct notice notice = {.principal_id = account->owner_id,
                                  .account_id = account->account_id,
                                  .kind = request->kind != 0 ? (enum notice_kind)request->kind
                                                             : NOTICE_ACCOUNT,
                                  .subject = request->subject,
                                  .text = request->text,
                                  .created_us = mutation->now_us};
    return notice_store_keep(mutation->transaction, &notice);
}

/* A refusal ends the saga of the gateway that asked: sent later, when the phone is verified at
 * last, the notice would be old news. */
static int send_notification(struct mutation *mutation, const struct send_notification *request,
                             Identity__V1__SendNotificationResponse *response)
{
    struct call *call = mutation->call;
    struct message_order order = {.delivery = (enum delivery)request->delivery,
                                  .subject = request->subject,
                                  .text = request->text};
    struct account_row row;
    struct id message_id;
    int no = account_lock(mutation, request->account_id, &row);
    if (no == 0)
        no = choose_destination(call, &row, &order);
    if (no == 0)
        no = count_notice(mutation, &row.account, request);
    if (no == 0)
        no = courier_take(mutation->transaction, &identity_of(call)->courier, &order,
                          mutation->now_us, &message_id);
    if (no == 0)
        no = keep_notice(mutation, &row.account, request);
    if (no == 0)
        response->notification_id = id_to_message(call, message_id);
    return no;
}

/* ---- GetNotification ---- */

static const Identity__V1__NotificationState states[] = {
    [MESSAGE_QUEUED] = IDENTITY__V1__NOTIFICATION_STATE__NOTIFICATION_STATE_QUEUED,
    [MESSAGE_DELIVERED] = IDENTITY__V1__NOTIFICATION_STATE__NOTIFICATION_STATE_DELIVERED,
    [MESSAGE_FAILED] = IDENTITY__V1__NOTIFICATION_STATE__NOTIFICATION_STATE_FAILED,
};

static int get_notification(struct call *call, const struct get_notification *request,
                            Identity__V1__GetNotificationResponse *response)
{
    struct message_status status;
    bool exists = false;
    int no = message_store_read(identity_reader(call), request->notification_id, &status, &exists);
    if (no == 0 && !exists)
        return call_refuse(call, &notification_not_found, NO_TERMS);
    if (no != 0)
        return no;
    response->state = states[status.state];
    if (status.delivered_us != 0)
        response->deliver_time = timestamp_from_us(call_arena(call), status.delivered_us);
    return 0;
}
