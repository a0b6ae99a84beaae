/* Caps (LED-31, LED-38): an account's own, and the one from above it; the gateway says who is. */
#include "ledger/domain/cap.h"

#include "ledger/batch/billing_zones.h"
#include "ledger/batch/moment.h"
#include "ledger/domain/credit.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_note.h"
#include "ledger/service/account_read.h"
#include "ledger/service/cap_budget.h"
#include "ledger/store/cap_store.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/timestamp.h"

#define set_cap_read set_cap_read
#define set_cap_refused set_cap_refused
#define remove_cap_read remove_cap_read
#define remove_cap_refused remove_cap_refused
#define impose_cap_read impose_cap_read
#define impose_cap_refused impose_cap_refused
#define lift_cap_read lift_cap_read
#define lift_cap_refused lift_cap_refused
#include "ledger/service/cap_rpc.h"

static Ledger__V1__Cap *to_message(struct arena *arena, const struct account *account,
                                   const struct cap *cap)
{
    Ledger__V1__Cap *message = message_new(arena, &ledger__v1__cap__descriptor);
    message->account_id = id_to_message(arena, account->id);
    message->currency = arena_strdup(arena, account->currency);
    message->own_is_set = cap->limits[CAP_OWN].is_set;
    message->own_micros = cap->limits[CAP_OWN].micros;
    message->above_is_set = cap->limits[CAP_ABOVE].is_set;
    message->above_micros = cap->limits[CAP_ABOVE].micros;
    message->used_micros = cap->spent_micros;
    message->reserved_micros = cap->reserved_micros;
    message->remaining_micros = cap_remaining(cap);
    message->month_start_time = timestamp_from_us(arena, cap->month_start_us);
    message->month_end_time = timestamp_from_us(arena, cap->month_end_us);
    return message;
}

/* ---- reading ---- */

/* As a purchase of now would find it. */
static enum failure turn_month(struct call *call, struct cap *cap, int64_t now_us)
{
    struct ledger *ledger = call_context(call);
    struct dated_zones dated;
    struct billing_zones zones;
    if (!cap_month_is_over(cap, now_us))
        return FAILURE_NONE;
    enum failure failure = billing_zone_store_read(reader_of(call_task(call), ledger->database),
                                                   cap->account_id, now_us, &dated);
    if (failure == FAILURE_NONE)
        failure = billing_zones_find(call_task(call), &dated, &zones);
    if (failure != FAILURE_NONE)
        return failure;
    struct billing_span month = billing_month_of(&zones, now_us);
    cap_begin_month(cap, month.from_us, month.to_us);
    return FAILURE_NONE;
}

static int get_cap(struct call *call, const struct get_cap *request,
                   Ledger__V1__GetCapResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct account account;
    struct cap cap;
    bool found = false;
    int64_t now_us;
    int no = account_read_at(call, request->company_id, request->account_id, &account, &now_us);
    if (no == 0)
        no = cap_store_find(reader_of(call_task(call), ledger->database), account.id, &cap, &found);
    if (no == 0 && !found)
        no = call_refuse(call, cap_refusal(CAP_UNKNOWN), NO_TERMS);
    else if (no == 0 && !cap_agrees(&cap))
        no = FAILURE_INTERNAL;
    if (no == 0)
        no = turn_month(call, &cap, now_us);
    if (no != 0)
        return no;
    const struct allowance remaining = cap_explained(&cap, 0);
    response->cap = to_message(call_arena(call), &account, &cap);
    response->remaining = allowance_to_message(call_arena(call), &remaining);
    return 0;
}

/* ---- setting and removing ---- */

/* The one wish behind four rpcs. */
struct wish {
    struct id company_id, account_id;
    enum cap_level level;
    const struct currency *currency; /* NULL: it is removed */
    int64_t micros;
    const char *action;
    const char *remark;
};

static enum failure note(struct mutation *mutation, const struct wish *wish,
                         const struct locked_account *locked)
{
    return account_note(
        mutation, locked,
        (struct noted_act){.company_id = wish->company_id,
                           .account_id = wish->account_id,
                           .action = wish->action,
                           .amount_micros = wish->micros,
                           .currency = wish->currency != NULL ? wish->currency->code : "",
                           .remark = wish->remark});
}

static void check(struct call *call, const char *remark, int64_t micros,
                  const struct currency *currency)
{
    field_text(call, "remark", remark, 0, ORDER_REMARK_SIZE_MAX);
    enum line_mistake mistake = currency != NULL ? line_check(micros, currency) : LINE_FITS;
    if (mistake != LINE_FITS)
        call_add_field_violation(call, "cap_micros", line_mistake_fault(mistake),
                                 line_mistake_sentence(mistake));
}

/* It counts the month of now; a first cap counts what was spent before it. */
static enum failure count(struct mutation *mutation, struct cap *cap, bool found)
{
    struct billing_span month;
    if (found && !cap_month_is_over(cap, mutation->now_us))
        return FAILURE_NONE;
    enum failure failure =
        moment_find_month(mutation->transaction, cap->account_id, mutation->now_us, &month);
    if (failure != FAILURE_NONE)
        return failure;
    cap_begin_month(cap, month.from_us, month.to_us);
    return found ? FAILURE_NONE : cap_store_count(mutation->transaction, cap);
}

static const struct refusal *decide(const struct wish *wish, const struct account *account,
                                    const struct cap *cap)
{
    return wish->currency != NULL ? cap_set_decide(account, wish->currency->code)
                                  : cap_remove_decide(account, cap, wish->level);
}

static int change(struct mutation *mutation, const struct wish *wish, struct locked_account *locked,
                  struct cap *cap)
{
    bool found = false;
    int no = account_store_lock(mutation->transaction, wish->company_id, wish->account_id, locked);
    if (no == 0)
        no = cap_store_lock(mutation->transaction, wish->account_id, cap, &found);
    if (no == 0 && found && !cap_agrees(cap))
        no = FAILURE_INTERNAL;
    if (no != 0)
        return no;
    const struct refusal *refusal = decide(wish, locked->found ? &locked->account : NULL, cap);
    if (refusal != NULL)
        return call_refuse(mutation->call, refusal, NO_TERMS);
    cap->limits[wish->level] = (struct cap_level_limit){wish->currency != NULL, wish->micros};
    no = count(mutation, cap, found);
    if (no == 0)
        no = cap_store_set(mutation->transaction, cap);
    if (no == 0 && cap_is_set(cap))
        no = cap_budget_follow(mutation, wish->account_id, cap_limit(cap));
    return no != 0 ? no : note(mutation, wish, locked);
}

static int set(struct mutation *mutation, const struct wish *wish, Ledger__V1__Cap **message)
{
    struct locked_account locked;
    struct cap cap;
    int no = change(mutation, wish, &locked, &cap);
    if (no == 0)
        *message = to_message(call_arena(mutation->call), &locked.account, &cap);
    return no;
}

static int clear(struct mutation *mutation, const struct wish *wish)
{
    struct locked_account locked;
    struct cap cap;
    return change(mutation, wish, &locked, &cap);
}

#define SETTING(request, level_, action_)                                                    \
    &(const struct wish)                                                                     \
    {                                                                                        \
        .company_id = (request)->company_id, .account_id = (request)->account_id,            \
        .level = (level_), .currency = (request)->currency, .micros = (request)->cap_micros, \
        .action = (action_), .remark = (request)->remark                                     \
    }
#define CLEARING(request, level_, action_)                                        \
    &(const struct wish)                                                          \
    {                                                                             \
        .company_id = (request)->company_id, .account_id = (request)->account_id, \
        .level = (level_), .action = (action_), .remark = (request)->remark       \
    }

static void set_cap_read(struct call *call, const Ledger__V1__SetCapRequest *message,
                         struct set_cap *request)
{
    set_cap_fields(call, message, request);
    check(call, request->remark, request->cap_micros, request->currency);
}

static enum failure set_cap_refused(struct mutation *mutation, const struct set_cap *request)
{
    return note(mutation, SETTING(request, CAP_OWN, "set_cap"), NULL);
}

static int set_cap(struct mutation *mutation, const struct set_cap *request,
                   Ledger__V1__SetCapResponse *response)
{
    return set(mutation, SETTING(request, CAP_OWN, "set_cap"), &response->cap);
}

static void impose_cap_read(struct call *call, const Ledger__V1__ImposeCapRequest *message,
                            struct impose_cap *request)
{
    impose_cap_fields(call, message, request);
    check(call, request->remark, request->cap_micros, request->currency);
}

static enum failure impose_cap_refused(struct mutation *mutation, const struct impose_cap *request)
{
    return note(mutation, SETTING(request, CAP_ABOVE, "impose_cap"), NULL);
}

static int impose_cap(struct mutation *mutation, const struct impose_cap *request,
                      Ledger__V1__ImposeCapResponse *response)
{
    return set(mutation, SETTING(request, CAP_ABOVE, "impose_cap"), &response->cap);
}

static void remove_cap_read(struct call *call, const Ledger__V1__RemoveCapRequest *message,
                            struct remove_cap *request)
{
    remove_cap_fields(call, message, request);
    check(call, request->remark, 0, NULL);
}

static enum failure remove_cap_refused(struct mutation *mutation, const struct remove_cap *request)
{
    return note(mutation, CLEARING(request, CAP_OWN, "remove_cap"), NULL);
}

static int remove_cap(struct mutation *mutation, const struct remove_cap *request,
                      Ledger__V1__RemoveCapResponse *response)
{
    (void)response;
    return clear(mutation, CLEARING(request, CAP_OWN, "remove_cap"));
}

static void lift_cap_read(struct call *call, const Ledger__V1__LiftCapRequest *message,
                          struct lift_cap *request)
{
    lift_cap_fields(call, message, request);
    check(call, request->remark, 0, NULL);
}

static enum failure lift_cap_refused(struct mutation *mutation, const struct lift_cap *request)
{
    return note(mutation, CLEARING(request, CAP_ABOVE, "lift_cap"), NULL);
}

static int lift_cap(struct mutation *mutation, const struct lift_cap *request,
                    Ledger__V1__LiftCapResponse *response)
{
    (void)response;
    return clear(mutation, CLEARING(request, CAP_ABOVE, "lift_cap"));
}
