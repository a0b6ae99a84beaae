#include "ledger/service/reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/domain/credit_contract.h"
#include "ledger/domain/order_check.h"
#include "ledger/domain/order_kind.h"
#include "ledger/ledger_message.h"
#include "runtime/base/clock.h"
#include "runtime/base/text.h"
#include "runtime/idempotency/call_actor.h"
#include "runtime/rpc/timestamp.h"

#define YEAR_US (INT64_C(366) * 24 * 3600 * 1000000)

/* The order as read so far; the first problem of a field stays. */
struct order_reader {
    struct order *order;
    int64_t now_us;
    struct reading_problems problems;
};

struct reading_caller reading_caller_with(const struct actor *actor, const char *roles)
{
    return (struct reading_caller){.now_us = clock_now_us(),
                                   .is_customer = !actor_roles_hold(roles, "OPERATOR"),
                                   .actor = actor};
}

/* GW-03: an epoch that cannot be read is none that is known. */
static int64_t let_in(struct call *call)
{
    const char *text = call_header(call, "kontor-freeze-epoch");
    char *end = NULL;
    if (text == NULL)
        return 0;
    if (text_equal(call_header(call, "kontor-replay-only"), "true"))
        return ORDER_LET_IN_NEVER;
    errno = 0;
    int64_t epoch = strtoll(text, &end, 10);
    return errno != 0 || *end != '\0' || epoch < 0 || epoch == INT64_MAX ? 1 : epoch + 1;
}

struct reading_caller reading_caller_of(struct call *call)
{
    const struct actor *actor = call_actor(call);
    if (call_header(call, "kontor-principal-id") == NULL)
        return (struct reading_caller){.now_us = clock_now_us(), .actor = actor};
    struct reading_caller caller = reading_caller_with(actor, call_header(call, "kontor-roles"));
    caller.let_in = let_in(call);
    return caller;
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

static void read_time(struct order_reader *reader, const char *field,
                      const Google__Protobuf__Timestamp *timestamp, int64_t *time_us)
{
    if (!timestamp_to_us(timestamp, time_us))
        refuse(reader, field, FAULT_NOT_A_TIME, "must be a moment between 1970 and 9999");
    else if (*time_us != 0 &&
             (*time_us > reader->now_us + YEAR_US || *time_us < reader->now_us - YEAR_US))
        refuse(reader, field, FAULT_OUT_OF_RANGE, "must be within a year from now");
}

/* ---- what each field of a request says of the order; cmake/orders.py names them ---- */

static void take_account_id(struct order_reader *reader, const char *text)
{
    read_id(reader, "account_id", text, &reader->order->account_id);
}

static void take_company_id(struct order_reader *reader, const char *text)
{
    if (text[0] != '\0') /* else it is found by the account (placing.h) */
        read_id(reader, "company_id", text, &reader->order->scope_id);
}

static void take_request_id(struct order_reader *reader, const char *text)
{
    read_id(reader, "request_id", text, &reader->order->request_id);
}

static void take_destination_account_id(struct order_reader *reader, const char *text)
{
    read_id(reader, "destination_account_id", text, &reader->order->counterparty_id);
}

static void take_sub_account_id(struct order_reader *reader, const char *text)
{
    read_id(reader, "sub_account_id", text, &reader->order->sub_account_id);
}

static void take_purchase_id(struct order_reader *reader, const char *text)
{
    read_id(reader, "purchase_id", text, &reader->order->reference_id);
}

static void take_hold_id(struct order_reader *reader, const char *text)
{
    read_id(reader, "hold_id", text, &reader->order->reference_id);
}

static void take_transit_id(struct order_reader *reader, const char *text)
{
    read_id(reader, "transit_id", text, &reader->order->reference_id);
}

static void take_funding_request_id(struct order_reader *reader, const char *text)
{
    if (text[0] != '\0')
        read_id(reader, "funding_request_id", text, &reader->order->reference_id);
}

static void take_counterparty_account_id(struct order_reader *reader, const char *text)
{
    read_id(reader, "counterparty_account_id", text, &reader->order->counterparty_id);
}

static void take_top_up_id(struct order_reader *reader, const char *text)
{
    read_id(reader, "top_up_id", text, &reader->order->top_up_id);
}

static void take_amount_micros(struct order_reader *reader, int64_t micros)
{
    reader->order->amount_micros = micros;
}

static void take_limit_micros(struct order_reader *reader, int64_t micros)
{
    reader->order->amount_micros = micros;
}

static void take_line_micros(struct order_reader *reader, int64_t micros)
{
    reader->order->amount_micros = micros;
}

static void take_currency(struct order_reader *reader, const char *code)
{
    if (strlen(code) != 3)
        refuse(reader, "currency", FAULT_NOT_A_CURRENCY, "must be an active ISO 4217 code");
    else
        memcpy(reader->order->currency, code, 4);
}

static void take_remark(struct order_reader *reader, const char *remark)
{
    reader->order->remark = remark;
}

static void take_tag(struct order_reader *reader, const char *tag)
{
    reader->order->tag = tag;
}

static void take_conditions(struct order_reader *reader, const Ledger__V1__Conditions *conditions)
{
    if (conditions == NULL)
        return;
    reader->order->minimum_left_micros = conditions->minimum_left_micros;
    reader->order->expected_version = conditions->expected_version;
}

static void take_effective_time(struct order_reader *reader,
                                const Google__Protobuf__Timestamp *timestamp)
{
    read_time(reader, "effective_time", timestamp, &reader->order->effective_us);
}

static void take_due_time(struct order_reader *reader, const Google__Protobuf__Timestamp *timestamp)
{
    read_time(reader, "due_time", timestamp, &reader->order->due_us);
}

static void take_expire_time(struct order_reader *reader,
                             const Google__Protobuf__Timestamp *timestamp)
{
    read_time(reader, "expire_time", timestamp, &reader->order->expire_us);
    if (reader->order->expire_us == 0)
        refuse(reader, "expire_time", FAULT_REQUIRED, "is required");
}

/* None comes from callers of before there were contracts to look at: their repeated requests hear
 * what they heard, and a new one is refused by the rule. */
static void take_contract_hash(struct order_reader *reader, const char *hash)
{
    if (hash[0] == '\0')
        return;
    reader->order->contract_hash = hash;
    if (strlen(hash) != CREDIT_CONTRACT_HASH_SIZE - 1)
        refuse(reader, "contract_hash", FAULT_MALFORMED,
               "must be the hash of the contract that was shown, of 64 hexadecimal digits");
}

static void take_suspension_acknowledged(struct order_reader *reader, bool acknowledged)
{
    reader->order->suspension_acknowledged = acknowledged;
}

static void take_accept_read_only(struct order_reader *reader, bool accepted)
{
    reader->order->accept_read_only = accepted;
}

/* For the gateway, which judges where the account may order (ID-08). */
static void take_region(struct order_reader *reader, const char *region)
{
    (void)reader, (void)region;
}

static void take_final(struct order_reader *reader, bool final)
{
    reader->order->final = final;
}

#include "ledger/service/order_readers.h"

/* ---- a whole order ---- */

/* Two requests call their amount by another name. */
static const char *field_of(const struct order *order, enum order_mistake mistake)
{
    const char *field = order_mistake_field(mistake);
    return text_equal(field, "amount_micros") ? order_rule(order->kind)->amount_field : field;
}

/* Adds the mistakes of the order by itself. */
static struct reading_problems finish(struct order_reader *reader)
{
    enum order_mistake mistakes[ORDER_MISTAKES_MAX];
    size_t count = order_check(reader->order, mistakes);
    for (size_t i = 0; i < count; i++)
        refuse(reader, field_of(reader->order, mistakes[i]),
               order_mistake_fault(reader->order, mistakes[i]),
               order_mistake_sentence(mistakes[i]));
    return reader->problems;
}

#define ORDER_READER(CASE, member, Message, order_kind, thing, more)                   \
    struct reading_problems order_read_##member(                                       \
        const Message *message, struct reading_caller caller, struct batch_item *item) \
    {                                                                                  \
        *item = (struct batch_item){.order = {.kind = order_kind,                      \
                                              .actor = caller.actor,                   \
                                              .by_customer = caller.is_customer,       \
                                              .let_in = caller.let_in,                 \
                                              .remark = "",                            \
                                              .tag = ""}};                             \
        struct order_reader reader = {.order = &item->order, .now_us = caller.now_us}; \
        read_##member(&reader, message);                                               \
        return finish(&reader);                                                        \
    }
ORDER_MESSAGES(ORDER_READER)
#undef ORDER_READER

static struct reading_problems problem_of(const char *field, enum fault fault, const char *sentence)
{
    struct order_reader reader = {0};
    refuse(&reader, field, fault, sentence);
    return reader.problems;
}

struct reading_problems order_read_alone(const Ledger__V1__Order *message,
                                         struct reading_caller caller, struct batch_item *item)
{
    switch (message->kind_case) {
#define ORDER_CASE(CASE, member, Message, order_kind, thing, more) \
    case LEDGER__V1__ORDER__KIND_##CASE:                           \
        return order_read_##member(message->member, caller, item);
        ORDER_MESSAGES(ORDER_CASE)
#undef ORDER_CASE
    case LEDGER__V1__ORDER__KIND__NOT_SET:
    case _LEDGER__V1__ORDER__KIND__CASE_IS_INT_SIZE:
        break;
    }
    return problem_of("order.kind", FAULT_REQUIRED, "must be set");
}

static struct reading_problems read_order(const Ledger__V1__Order *message,
                                          const struct reading_scope *scope, const char *request_id,
                                          struct batch_item *item)
{
    struct reading_problems problems = problem_of("orders.kind", FAULT_REQUIRED, "must be set");
    switch (message->kind_case) {
#define ORDER_CASE(CASE, member, Message, order_kind, thing, more)  \
    case LEDGER__V1__ORDER__KIND_##CASE: {                          \
        Message copy = *message->member;                            \
        copy.company_id = unconst(scope->company_id);               \
        if (text_is_empty(copy.account_id))                         \
            copy.account_id = unconst(scope->account_id);           \
        if (!text_equal(copy.account_id, scope->account_id))        \
            return problem_of("orders.account_id", FAULT_MISMATCH,  \
                              "must be the account of the call");   \
        if (request_id != NULL && text_is_empty(copy.request_id))   \
            copy.request_id = unconst(request_id);                  \
        problems = order_read_##member(&copy, scope->caller, item); \
        break;                                                      \
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

struct reading_problems order_read(const Ledger__V1__Order *message,
                                   const struct reading_scope *scope, struct batch_item *item)
{
    return read_order(message, scope, NULL, item);
}

struct reading_problems order_read_preview(const Ledger__V1__Order *message,
                                           const struct reading_scope *scope,
                                           struct batch_item *item)
{
    char unused[ID_TEXT_SIZE];
    return read_order(message, scope, id_format(id_new(scope->caller.now_us), unused), item);
}
