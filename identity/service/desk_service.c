/* The operators' desk: finds customers, and opens their accounts for reading, for a reason. */
#include "identity/domain/desk.h"

#include "identity/service/account_service.h"
#include "identity/service/company_service.h"
#include "identity/service/fields.h"
#include "identity/service/security.h"
#include "identity/service/start.h"
#include "identity/store/desk_store.h"
#include "identity/store/operator_store.h"
#include "identity/v1/desk.pb-c.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define list_customers_admit(call) caller_admit(call)
#define list_customers_read list_customers_read
#define open_look_admit(call) caller_admit(call)
#define open_look_read open_look_read
#define close_look_admit(call) caller_admit(call)
#define close_look_scope(call, request) caller_id(call)
#define list_looks_admit(call) caller_admit(call)
#include "identity/service/desk_rpc.h"

#define REASON_BYTES_MAX 256

/* ---- ListCustomers ---- */

static void list_customers_read(struct call *call,
                                const Identity__V1__ListCustomersRequest *message,
                                struct list_customers *request)
{
    const char *const given[] = {message->email, message->phone, message->company_name,
                                 message->registration_number, message->of_account_id};
    size_t count = 0;
    list_customers_fields(call, message, request);
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        count += text_is_empty(given[i]) ? 0 : 1;
    if (count != 1)
        call_add_field_violation(call, "email", FAULT_REQUIRED,
                                 "one of the five, and no more, must be given");
    if (!text_is_empty(message->email))
        field_email(call, "email", message->email);
    field_phone(call, "phone", message->phone);
}

static struct bytes index_of(struct call *call, const struct list_customers *request)
{
    char normal[EMAIL_SIZE];
    if (!text_is_empty(request->phone))
        return text_index(call, request->phone);
    return !text_is_empty(request->email) && email_normalise(request->email, normal)
               ? text_index(call, normal)
               : (struct bytes){NULL, 0};
}

static int question_of(struct call *call, const struct list_customers *request,
                       struct customer_question *question)
{
    char number[DESK_TEXT_SIZE] = "";
    bool by_number = !text_is_empty(request->registration_number);
    if (by_number && !desk_number(request->registration_number, number))
        return call_invalid(call, "registration_number", FAULT_MALFORMED, "must be a number");
    *question = (struct customer_question){
        .contact_index = index_of(call, request),
        .number = by_number ? arena_strdup(call_arena(call), number) : NULL,
        .name = text_is_empty(request->company_name) ? NULL : request->company_name,
        .account_id = request->of_account_id,
        .before_id = request->before_id,
        .limit = page_limit(request->page_size)};
    return 0;
}

/* NULL: what was sealed cannot be opened. */
static char *masked(struct call *call, const char *label, struct bytes sealed,
                    void (*mask)(const char *text, char masked[DESK_TEXT_SIZE]))
{
    char text[DESK_TEXT_SIZE];
    char *opened = text_open(call, label, sealed);
    if (opened == NULL)
        return NULL;
    mask(opened, text);
    return arena_strdup(call_arena(call), text);
}

static ProtobufCMessage *customer_to_message(struct call *call, const void *row)
{
    const struct customer *customer = row;
    struct arena *arena = call_arena(call);
    Identity__V1__Customer *message = arena_alloc(arena, sizeof *message);
    identity__v1__customer__init(message);
    message->account_id = id_to_message(call, customer->account_id);
    message->type = account_type_to_message(customer->type);
    message->country = arena_strdup(arena, customer->country);
    message->create_time = timestamp_from_us(arena, customer->created_us);
    message->masked_email = masked(call, LABEL_EMAIL, customer->email_sealed, desk_mask_email);
    if (customer->phone_sealed.data != NULL)
        message->masked_phone = masked(call, LABEL_PHONE, customer->phone_sealed, desk_mask_phone);
    if (customer->company_name != NULL) {
        message->company_name = arena_strdup(arena, customer->company_name);
        message->registration_number = arena_strdup(arena, customer->company_number);
        message->submission_state = submission_state_to_message(customer->company_state);
    }
    return message->masked_email != NULL && message->masked_phone != NULL ? &message->base : NULL;
}

static int list_customers(struct call *call, const struct list_customers *request,
                          Identity__V1__ListCustomersResponse *response)
{
    struct customer_question question;
    struct customers customers;
    int no = question_of(call, request, &question);
    if (no == 0)
        no = desk_store_find(identity_reader(call), &question, &customers);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, customers.items, customers.count,
                                      account_id, customer_to_message),
                                 &response->base);
}

/* ---- looks ---- */

static void open_look_read(struct call *call, const Identity__V1__OpenLookRequest *message,
                           struct open_look *request)
{
    open_look_fields(call, message, request);
    field_text(call, "reason", request->reason, 1, REASON_BYTES_MAX);
}

static ProtobufCMessage *look_to_message(struct call *call, const void *row)
{
    const struct look *look = row;
    struct arena *arena = call_arena(call);
    Identity__V1__Look *message = arena_alloc(arena, sizeof *message);
    identity__v1__look__init(message);
    message->look_id = id_to_message(call, look->look_id);
    message->account_id = id_to_message(call, look->account_id);
    message->operator_principal_id = id_to_message(call, look->principal_id);
    message->reason = arena_strdup(arena, look->reason);
    message->begin_time = timestamp_from_us(arena, look->begun_us);
    message->end_time = timestamp_from_us(arena, look->ends_us);
    if (look->closed_us != 0)
        message->close_time = timestamp_from_us(arena, look->closed_us);
    return &message->base;
}

static int open_look(struct mutation *mutation, const struct open_look *request,
                     Identity__V1__OpenLookResponse *response)
{
    struct call *call = mutation->call;
    struct account_row row;
    struct operator_facts facts;
    const struct look look = {.look_id = id_new(mutation->now_us),
                              .principal_id = caller_id(call),
                              .account_id = request->account_id,
                              .reason = request->reason,
                              .begun_us = mutation->now_us,
                              .ends_us = mutation->now_us + LOOK_LIFETIME_US};
    int no = account_lock(mutation, request->account_id, &row);
    if (no == 0)
        no = operator_store_read(mutation->transaction, look.principal_id, look.principal_id,
                                 &facts);
    if (no == 0 && facts.caller_roles == ROLE_NONE)
        return call_refuse(call, &principal_not_found, NO_TERMS);
    if (no == 0)
        no = desk_store_look(mutation->transaction, &look);
    if (no == 0)
        no = security_note(call, mutation->transaction,
                           &(struct security_event){.principal_id = row.account.owner_id,
                                                    .account_id = look.account_id,
                                                    .actor_id = look.principal_id,
                                                    .kind = SECURITY_LOOK_OPENED,
                                                    .detail = id_to_message(call, look.look_id),
                                                    .noted_us = mutation->now_us});
    response->look = (void *)look_to_message(call, &look);
    return no;
}

/* The next call finds the account shut (read_holdings.sql). */
static int close_look(struct mutation *mutation, const struct close_look *request,
                      Identity__V1__CloseLookResponse *response)
{
    struct call *call = mutation->call;
    struct look look = {.closed_us = 0};
    struct id owner_id;
    bool exists = false, closed = false;
    int no =
        desk_store_read_look(mutation->transaction, request->look_id, &look, &owner_id, &exists);
    if (no != 0)
        return no;
    const struct look_facts facts = {.is_theirs =
                                         exists && id_equal(look.principal_id, caller_id(call)),
                                     .is_closed = look.closed_us != 0,
                                     .ends_us = look.ends_us};
    enum look_close_verdict verdict = look_close_decide(&facts, mutation->now_us);
    if (verdict == LOOK_CLOSE_ACCEPTED)
        no = desk_store_close_look(mutation->transaction, look.look_id, mutation->now_us, &closed);
    if (no == 0 && verdict == LOOK_CLOSE_ACCEPTED && !closed) /* by another call, just now */
        verdict = LOOK_CLOSE_ENDED;
    if (no == 0 && verdict != LOOK_CLOSE_ACCEPTED)
        return call_refuse(call, look_close_refusal(verdict), NO_TERMS);
    if (no == 0)
        no = security_note(call, mutation->transaction,
                           &(struct security_event){.principal_id = owner_id,
                                                    .account_id = look.account_id,
                                                    .actor_id = look.principal_id,
                                                    .kind = SECURITY_LOOK_CLOSED,
                                                    .detail = id_to_message(call, look.look_id),
                                                    .noted_us = mutation->now_us});
    look.closed_us = mutation->now_us;
    response->look = (void *)look_to_message(call, &look);
    return no;
}

static int list_looks(struct call *call, const struct list_looks *request,
                      Identity__V1__ListLooksResponse *response)
{
    struct looks looks;
    int no = desk_store_list_looks(identity_reader(call), request->account_id, request->before_id,
                                   page_limit(request->page_size), &looks);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, looks.items, looks.count, look_id,
                                      look_to_message),
                                 &response->base);
}
