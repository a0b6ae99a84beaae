#include "ledger/service/reading.h"

#include <string.h>

#include "ledger/domain/order_check.h"
#include "ledger/domain/order_kind.h"
#include "runtime/base/clock.h"
#include "runtime/base/text.h"
#include "runtime/rpc/timestamp.h"

#define YEAR_US (INT64_C(366) * 24 * 3600 * 1000000)

/* What is read so far; the first problem of a field stays. */
struct order_reader {
    struct order *order;
    int64_t now_us;
    struct reading_problems problems;
};

struct reading_caller reading_caller_of(const struct call *call)
{
    const char *roles = call_header(call, "kontor-roles");
    bool from_door = call_header(call, "kontor-principal-id") != NULL;
    return (struct reading_caller){
        clock_now_us(), from_door && (roles == NULL || strstr(roles, "OPERATOR") == NULL)};
}

static void refuse(struct order_reader *reader, const char *field, enum fault fault,
                   const char *sentence)
{
    struct reading_problems *problems = &reader->problems;
    bool is_named = problems->count == READING_PROBLEMS_MAX;
    for (size_t i = 0; i < problems->count && !is_named; i++)
        is_named = text_equal(problems->list[i].field, field);
    if (!is_named)
        problems->list[problems->count++] = (struct reading_problem){field, fault, sentence};
}

static void read_id(struct order_reader *reader, const char *field, const char *text, struct id *id)
{
    if (!id_parse(text, id) || id_is_nil(*id))
        refuse(reader, field, FAULT_NOT_A_UUID, "must be a UUID");
}

/* The nil id when the text is empty. */
static void read_optional_id(struct order_reader *reader, const char *field, const char *text,
                             struct id *id)
{
    if (!text_is_empty(text))
        read_id(reader, field, text, id);
}

static void read_caller(struct order_reader *reader, const char *account_id, const char *company_id,
                        const char *request_id)
{
    read_id(reader, "account_id", account_id, &reader->order->account_id);
    read_id(reader, "company_id", company_id, &reader->order->company_id);
    read_id(reader, "request_id", request_id, &reader->order->request_id);
}

static void read_currency(struct order_reader *reader, const char *currency)
{
    if (strlen(currency) != 3)
        refuse(reader, "currency", FAULT_NOT_A_CURRENCY, "must be an active ISO 4217 code");
    else
        memcpy(reader->order->currency, currency, 4);
}

static void read_amount(struct order_reader *reader, int64_t amount_micros, const char *currency)
{
    reader->order->amount_micros = amount_micros;
    read_currency(reader, currency);
}

static void read_note(struct order_reader *reader, const char *remark, const char *tag)
{
    reader->order->remark = remark;
    reader->order->tag = tag;
}

static void read_conditions(struct order_reader *reader, const Ledger__V1__Conditions *conditions)
{
    if (conditions == NULL)
        return;
    reader->order->minimum_left_micros = conditions->minimum_left_micros;
    reader->order->expected_version = conditions->expected_version;
}

static void read_time(struct order_reader *reader, const char *field,
                      const Google__Protobuf__Timestamp *timestamp, int64_t *time_us)
{
    if (!timestamp_to_us(timestamp, time_us))
        refuse(reader, field, FAULT_NOT_A_TIME, "must be a moment between 1970 and 9999");
    else if (*time_us != 0 &&
             (*time_us > reader->now_us + YEAR_US || *time_us < reader->now_us - YEAR_US))
        refuse(reader, field, FAULT_OUT_OF_RANGE, "must be within a year from now");
}

static void read_create_transfer(struct order_reader *reader,
                                 const Ledger__V1__CreateTransferRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_id(reader, "destination_account_id", message->destination_account_id,
            &reader->order->counterparty_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
    read_conditions(reader, message->conditions);
    read_time(reader, "effective_time", message->effective_time, &reader->order->effective_us);
}

static void read_revoke_transfer(struct order_reader *reader,
                                 const Ledger__V1__RevokeTransferRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_id(reader, "destination_account_id", message->destination_account_id,
            &reader->order->counterparty_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
    read_conditions(reader, message->conditions);
    read_time(reader, "effective_time", message->effective_time, &reader->order->effective_us);
    reader->order->suspension_acknowledged = message->suspension_acknowledged;
}

static void read_create_purchase(struct order_reader *reader,
                                 const Ledger__V1__CreatePurchaseRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
    read_conditions(reader, message->conditions);
    read_time(reader, "effective_time", message->effective_time, &reader->order->effective_us);
    read_optional_id(reader, "sub_account_id", message->sub_account_id,
                     &reader->order->sub_account_id);
}

static void read_refund_purchase(struct order_reader *reader,
                                 const Ledger__V1__RefundPurchaseRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_id(reader, "purchase_id", message->purchase_id, &reader->order->reference_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
    read_time(reader, "effective_time", message->effective_time, &reader->order->effective_us);
}

static void read_record_usage(struct order_reader *reader,
                              const Ledger__V1__RecordUsageRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
    read_time(reader, "effective_time", message->effective_time, &reader->order->effective_us);
    read_optional_id(reader, "sub_account_id", message->sub_account_id,
                     &reader->order->sub_account_id);
}

static void read_settle_usage(struct order_reader *reader,
                              const Ledger__V1__SettleUsageRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_note(reader, message->remark, message->tag);
    read_time(reader, "due_time", message->due_time, &reader->order->due_us);
}

static void read_pay_bills(struct order_reader *reader, const Ledger__V1__PayBillsRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
}

static void read_credit_top_up(struct order_reader *reader,
                               const Ledger__V1__CreditTopUpRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_optional_id(reader, "top_up_id", message->top_up_id, &reader->order->top_up_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
    read_time(reader, "effective_time", message->effective_time, &reader->order->effective_us);
}

static void read_release_top_up(struct order_reader *reader,
                                const Ledger__V1__ReleaseTopUpRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_id(reader, "top_up_id", message->top_up_id, &reader->order->top_up_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
}

static void read_create_adjustment(struct order_reader *reader,
                                   const Ledger__V1__CreateAdjustmentRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
}

static void read_place_hold(struct order_reader *reader,
                            const Ledger__V1__PlaceHoldRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
    read_conditions(reader, message->conditions);
    read_time(reader, "expire_time", message->expire_time, &reader->order->expire_us);
    if (reader->order->expire_us == 0)
        refuse(reader, "expire_time", FAULT_REQUIRED, "is required");
}

static void read_capture_hold(struct order_reader *reader,
                              const Ledger__V1__CaptureHoldRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_id(reader, "hold_id", message->hold_id, &reader->order->reference_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
    reader->order->final = message->final;
}

static void read_void_hold(struct order_reader *reader, const Ledger__V1__VoidHoldRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_id(reader, "hold_id", message->hold_id, &reader->order->reference_id);
}

static void read_set_credit_limit(struct order_reader *reader,
                                  const Ledger__V1__SetCreditLimitRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_amount(reader, message->limit_micros, message->currency);
    read_conditions(reader, message->conditions);
}

static void read_confirm_credit_limit(struct order_reader *reader,
                                      const Ledger__V1__ConfirmCreditLimitRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
}

static void read_set_quota(struct order_reader *reader, const Ledger__V1__SetQuotaRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_id(reader, "sub_account_id", message->sub_account_id, &reader->order->sub_account_id);
    read_amount(reader, message->line_micros, message->currency);
    read_conditions(reader, message->conditions);
}

static void read_offset_quota(struct order_reader *reader,
                              const Ledger__V1__OffsetQuotaRequest *message)
{
    read_caller(reader, message->account_id, message->company_id, message->request_id);
    read_id(reader, "sub_account_id", message->sub_account_id, &reader->order->sub_account_id);
    read_amount(reader, message->amount_micros, message->currency);
    read_note(reader, message->remark, message->tag);
}

/* Two requests call their amount by another name. */
static const char *field_of(const struct order *order, enum order_mistake mistake)
{
    const char *field = order_mistake_field(mistake);
    return text_equal(field, "amount_micros") ? order_rule(order->kind)->amount_field : field;
}

/* What is wrong with the order by itself, and its hash when nothing is. */
static struct reading_problems finish(struct order_reader *reader, struct batch_item *item)
{
    enum order_mistake mistakes[ORDER_MISTAKES_MAX];
    size_t count = order_check(reader->order, mistakes);
    for (size_t i = 0; i < count; i++)
        refuse(reader, field_of(reader->order, mistakes[i]),
               order_mistake_fault(reader->order, mistakes[i]),
               order_mistake_sentence(mistakes[i]));
    if (reader->problems.count == 0)
        order_hash(reader->order, item->body_hash);
    return reader->problems;
}

#define ORDER_READER(CASE, member, Message, order_kind, thing, more)                              \
    struct reading_problems order_read_##member(                                                  \
        const Message *message, struct reading_caller caller, struct batch_item *item)            \
    {                                                                                             \
        *item = (struct batch_item){                                                              \
            .order = {                                                                            \
                .kind = order_kind, .by_customer = caller.is_customer, .remark = "", .tag = ""}}; \
        struct order_reader reader = {.order = &item->order, .now_us = caller.now_us};            \
        read_##member(&reader, message);                                                          \
        return finish(&reader, item);                                                             \
    }
ORDER_MESSAGES(ORDER_READER)
#undef ORDER_READER

/* Protobuf-c's texts are not const; the message is a copy and its texts are only read. */
static char *unconst(const char *text)
{
    union {
        const char *given;
        char *lent;
    } same = {.given = text};
    return same.lent;
}

static struct reading_problems problem_of(const char *field, enum fault fault, const char *sentence)
{
    struct order_reader reader = {0};
    refuse(&reader, field, fault, sentence);
    return reader.problems;
}

static struct reading_problems read_order(const Ledger__V1__Order *message, const char *company_id,
                                          const char *account_id, const char *request_id,
                                          struct reading_caller caller, struct batch_item *item)
{
    struct reading_problems problems = problem_of("orders.kind", FAULT_REQUIRED, "must be set");
    switch (message->kind_case) {
#define ORDER_CASE(CASE, member, Message, order_kind, thing, more) \
    case LEDGER__V1__ORDER__KIND_##CASE: {                         \
        Message copy = *message->member;                           \
        copy.company_id = unconst(company_id);                     \
        if (text_is_empty(copy.account_id))                        \
            copy.account_id = unconst(account_id);                 \
        if (!text_equal(copy.account_id, account_id))              \
            return problem_of("orders.account_id", FAULT_MISMATCH, \
                              "must be the account of the call");  \
        if (request_id != NULL && text_is_empty(copy.request_id))  \
            copy.request_id = unconst(request_id);                 \
        problems = order_read_##member(&copy, caller, item);       \
        break;                                                     \
    }
        ORDER_MESSAGES(ORDER_CASE)
#undef ORDER_CASE
    case LEDGER__V1__ORDER__KIND__NOT_SET:
    case _LEDGER__V1__ORDER__KIND__CASE_IS_INT_SIZE:
        break;
    }
    item->order.linked = message->linked;
    return problems;
}

struct reading_problems order_read(const Ledger__V1__Order *message, const char *company_id,
                                   const char *account_id, struct reading_caller caller,
                                   struct batch_item *item)
{
    return read_order(message, company_id, account_id, NULL, caller, item);
}

struct reading_problems order_read_preview(const Ledger__V1__Order *message, const char *company_id,
                                           const char *account_id, struct reading_caller caller,
                                           struct batch_item *item)
{
    char unused[ID_TEXT_SIZE];
    return read_order(message, company_id, account_id, id_format(id_new(caller.now_us), unused),
                      caller, item);
}
