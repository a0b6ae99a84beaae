/* Budgets (LED-36): what an account's people want to be told of its spending. */
#include "ledger/domain/budget.h"

#include "ledger/domain/order.h"
#include "ledger/jobs/budget_read.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_note.h"
#include "ledger/service/account_read.h"
#include "ledger/store/budget_store.h"
#include "runtime/rpc/field.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define create_budget_read create_budget_read
#define create_budget_refused create_budget_refused
#define update_budget_read update_budget_read
#define update_budget_refused update_budget_refused
#define delete_budget_refused delete_budget_refused
#include "ledger/service/budget_rpc.h"

/* ---- on the wire ---- */

static void put_ppm(struct arena *arena, const struct budget *budget, int64_t up_to_ppm,
                    int64_t **thresholds_ppm, size_t *count)
{
    *thresholds_ppm = arena_alloc_array(arena, budget->threshold_count + 1, sizeof(int64_t));
    for (*count = 0;
         *count < budget->threshold_count && budget->thresholds_ppm[*count] <= up_to_ppm; ++*count)
        (*thresholds_ppm)[*count] = budget->thresholds_ppm[*count];
}

static Ledger__V1__Budget *to_message(struct arena *arena, const struct budget *budget,
                                      const char *currency)
{
    Ledger__V1__Budget *message = message_new(arena, &ledger__v1__budget__descriptor);
    message->budget_id = id_to_message(arena, budget->budget_id);
    message->account_id = id_to_message(arena, budget->account_id);
    message->name = arena_strdup(arena, budget->name);
    message->amount_micros = budget->amount_micros;
    message->currency = arena_strdup(arena, currency);
    message->period = (Ledger__V1__BudgetPeriod)budget->period;
    message->basis = (Ledger__V1__BudgetBasis)budget->basis;
    put_ppm(arena, budget, BUDGET_PPM_MAX, &message->thresholds_ppm, &message->n_thresholds_ppm);
    message->follows_cap = budget->of_cap;
    message->create_time = timestamp_from_us(arena, budget->created_us);
    message->change_time = timestamp_from_us(arena, budget->changed_us);
    return message;
}

/* ---- the fields ---- */

static void field_thresholds(struct call *call, const int64_t *thresholds_ppm, size_t count)
{
    if (count == 0)
        call_add_field_violation(call, "thresholds_ppm", FAULT_REQUIRED, "is required");
    else if (count > BUDGET_THRESHOLDS_MAX)
        call_add_field_violation(call, "thresholds_ppm", FAULT_TOO_MANY, "has more than 10");
    else if (!budget_thresholds_are_some(thresholds_ppm, count))
        call_add_field_violation(call, "thresholds_ppm", FAULT_OUT_OF_RANGE,
                                 "must be above zero, each above the one before, and 10000000 "
                                 "at most");
}

static void field_sum(struct call *call, int64_t amount_micros, const struct currency *currency)
{
    field_amount(call, "amount_micros", amount_micros, currency);
    if (amount_micros > ACCOUNT_MICROS_MAX)
        call_add_field_violation(call, "amount_micros", FAULT_OUT_OF_RANGE, "is too large");
}

static void create_budget_read(struct call *call, const Ledger__V1__CreateBudgetRequest *message,
                               struct create_budget *request)
{
    create_budget_fields(call, message, request);
    field_text(call, "name", request->name, 1, BUDGET_NAME_SIZE_MAX);
    field_sum(call, request->amount_micros, request->currency);
    if ((int)request->period < BUDGET_MONTH || (int)request->period >= BUDGET_PERIOD_END)
        call_add_field_violation(call, "period", FAULT_UNKNOWN_VALUE,
                                 "must be MONTH, QUARTER or YEAR");
    if ((int)request->basis < BUDGET_ACTUAL || (int)request->basis >= BUDGET_BASIS_END)
        call_add_field_violation(call, "basis", FAULT_UNKNOWN_VALUE, "must be ACTUAL or FORECAST");
    field_thresholds(call, request->thresholds_ppm, request->n_thresholds_ppm);
}

static void update_budget_read(struct call *call, const Ledger__V1__UpdateBudgetRequest *message,
                               struct update_budget *request)
{
    update_budget_fields(call, message, request);
    field_sum(call, request->amount_micros, request->currency);
    field_thresholds(call, request->thresholds_ppm, request->n_thresholds_ppm);
}

/* ---- what was done, or refused (GW-07) ---- */

struct wish {
    struct id company_id, account_id;
    const char *action;
    int64_t micros;
    const char *currency;
    const char *remark;
};

/* locked NULL: of a refusal. */
static enum failure note(struct mutation *mutation, const struct wish *wish,
                         const struct locked_account *locked)
{
    return account_note(mutation, locked,
                        (struct noted_act){.company_id = wish->company_id,
                                           .account_id = wish->account_id,
                                           .action = wish->action,
                                           .amount_micros = wish->micros,
                                           .currency = wish->currency,
                                           .remark = wish->remark});
}

static struct wish create_wish(const struct create_budget *request)
{
    return (struct wish){request->company_id,    request->account_id,     "create_budget",
                         request->amount_micros, request->currency->code, request->name};
}

static struct wish update_wish(struct mutation *mutation, const struct update_budget *request)
{
    return (struct wish){
        request->company_id,     request->account_id,
        "update_budget",         request->amount_micros,
        request->currency->code, id_to_message(call_arena(mutation->call), request->budget_id)};
}

static struct wish delete_wish(struct mutation *mutation, const struct delete_budget *request)
{
    return (struct wish){request->company_id,
                         request->account_id,
                         "delete_budget",
                         0,
                         "",
                         id_to_message(call_arena(mutation->call), request->budget_id)};
}

static enum failure create_budget_refused(struct mutation *mutation,
                                          const struct create_budget *request)
{
    const struct wish wish = create_wish(request);
    return note(mutation, &wish, NULL);
}

static enum failure update_budget_refused(struct mutation *mutation,
                                          const struct update_budget *request)
{
    const struct wish wish = update_wish(mutation, request);
    return note(mutation, &wish, NULL);
}

static enum failure delete_budget_refused(struct mutation *mutation,
                                          const struct delete_budget *request)
{
    const struct wish wish = delete_wish(mutation, request);
    return note(mutation, &wish, NULL);
}

/* ---- mutations ---- */

static int create_budget(struct mutation *mutation, const struct create_budget *request,
                         Ledger__V1__CreateBudgetResponse *response)
{
    const struct wish wish = create_wish(request);
    struct locked_account locked;
    struct budget_list list = {.count = 0};
    struct budget budget = {.budget_id = id_new(mutation->now_us),
                            .account_id = request->account_id,
                            .name = request->name,
                            .period = (enum budget_period)request->period,
                            .basis = (enum budget_basis)request->basis,
                            .created_us = mutation->now_us,
                            .changed_us = mutation->now_us};
    int no = account_store_lock(mutation->transaction, request->company_id, request->account_id,
                                &locked);
    if (no == 0)
        no = budget_store_read_locked(mutation->transaction, request->account_id, &list);
    if (no != 0)
        return no;
    const struct refusal *refusal = budget_create_decide(locked.found ? &locked.account : NULL,
                                                         request->currency->code, list.count);
    if (refusal != NULL)
        return call_refuse(mutation->call, refusal, NO_TERMS);
    budget_change(&budget, request->amount_micros, request->thresholds_ppm,
                  request->n_thresholds_ppm);
    no = budget_store_insert(mutation->transaction, &budget);
    response->budget = to_message(call_arena(mutation->call), &budget, request->currency->code);
    return no != 0 ? no : note(mutation, &wish, &locked);
}

static int lock(struct mutation *mutation, struct id company_id, struct id budget_id,
                struct locked_account *locked, struct budget *budget)
{
    struct id account_id = budget->account_id;
    bool found = false;
    int no = account_store_lock(mutation->transaction, company_id, account_id, locked);
    if (no == 0)
        no = budget_store_lock(mutation->transaction, account_id, budget_id, budget, &found);
    if (no == 0 && !found)
        budget->version = 0;
    return no;
}

static int update_budget(struct mutation *mutation, const struct update_budget *request,
                         Ledger__V1__UpdateBudgetResponse *response)
{
    const struct wish wish = update_wish(mutation, request);
    struct locked_account locked;
    struct budget budget = {.account_id = request->account_id};
    int no = lock(mutation, request->company_id, request->budget_id, &locked, &budget);
    if (no != 0)
        return no;
    const struct refusal *refusal = budget_change_decide(
        locked.found ? &locked.account : NULL, budget.version > 0, request->currency->code);
    if (refusal != NULL)
        return call_refuse(mutation->call, refusal, NO_TERMS);
    budget_change(&budget, request->amount_micros, request->thresholds_ppm,
                  request->n_thresholds_ppm);
    budget.changed_us = mutation->now_us;
    no = budget_store_update(mutation->transaction, &budget);
    response->budget = to_message(call_arena(mutation->call), &budget, request->currency->code);
    return no != 0 ? no : note(mutation, &wish, &locked);
}

static int delete_budget(struct mutation *mutation, const struct delete_budget *request,
                         Ledger__V1__DeleteBudgetResponse *response)
{
    const struct wish wish = delete_wish(mutation, request);
    struct locked_account locked;
    struct budget budget = {.account_id = request->account_id};
    (void)response;
    int no = lock(mutation, request->company_id, request->budget_id, &locked, &budget);
    if (no != 0)
        return no;
    const struct refusal *refusal =
        budget_delete_decide(locked.found ? &locked.account : NULL, budget.version > 0);
    if (refusal != NULL)
        return call_refuse(mutation->call, refusal, NO_TERMS);
    no = budget_store_delete(mutation->transaction, request->account_id, request->budget_id);
    return no != 0 ? no : note(mutation, &wish, &locked);
}

/* ---- reading ---- */

struct listed {
    struct budget budget;
    const char *currency;
    const struct budget_facts *facts;
};

/* A period that is over leaves nothing told. */
static ProtobufCMessage *row(struct call *call, const void *at)
{
    const struct listed *listed = at;
    struct arena *arena = call_arena(call);
    Ledger__V1__Budget *message = to_message(arena, &listed->budget, listed->currency);
    Ledger__V1__BudgetStanding *standing =
        message_new(arena, &ledger__v1__budget_standing__descriptor);
    struct budget budget = listed->budget;
    budget_begin_period(&budget, listed->facts->span.from_us);
    standing->spent_micros = listed->facts->spent_micros;
    standing->forecast_micros = budget_forecast(listed->facts);
    put_ppm(arena, &budget, budget.fired_ppm, &standing->fired_thresholds_ppm,
            &standing->n_fired_thresholds_ppm);
    standing->period_start_time = timestamp_from_us(arena, listed->facts->span.from_us);
    standing->period_end_time = timestamp_from_us(arena, listed->facts->span.to_us);
    message->standing = standing;
    return &message->base;
}

static int list_budgets(struct call *call, const struct list_budgets *request,
                        Ledger__V1__ListBudgetsResponse *response)
{
    struct ledger *ledger = call_context(call);
    struct reader reader = reader_of(call_task(call), ledger->database);
    struct account account;
    struct budget_reading reading = {.account = &account};
    struct budget_list list = {.count = 0};
    const struct budget_page page = {request->account_id, request->before_id,
                                     page_limit(request->page_size)};
    int no =
        account_read_at(call, request->company_id, request->account_id, &account, &reading.now_us);
    if (no == 0)
        no = budget_store_list(reader, &page, &list);
    struct listed *rows = arena_alloc_array(call_arena(call), list.count + 1, sizeof *rows);
    for (size_t i = 0; i < list.count && no == 0; i++) {
        rows[i] =
            (struct listed){list.items[i], account.currency, &reading.facts[list.items[i].period]};
        no = budget_read(reader, list.items[i].period, &reading);
    }
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, rows, list.count, budget.budget_id, row),
                                 &response->base);
}
