/* Costs of an account's usage, put together by what people ask for (LED-35, LED-39). */
#include <string.h>

#include "ledger/batch/billing_zones.h"
#include "ledger/domain/cost.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "ledger/store/cost_store.h"
#include "runtime/base/text.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/page.h"

#define get_cost_read get_cost_read
#include "ledger/service/cost_rpc.h"

#define ZONES_REACH_US (INT64_C(30) * 86400 * 1000000)

/* ---- places: "HEX.HEX", of the keys behind which the next page begins ---- */

static const char *to_hex(struct arena *arena, const char *text)
{
    size_t size = strlen(text);
    return bytes_to_hex(text, size, arena_alloc(arena, 2 * size + 1));
}

/* Up to the end of the digits. false: they are none of a text. */
static bool from_hex(struct arena *arena, const char *hex, size_t digits, const char **text)
{
    char *bytes = arena_alloc(arena, digits / 2 + 1);
    for (size_t i = 0; i < digits / 2; i++) {
        int byte = byte_from_hex(hex + 2 * i);
        if (byte <= 0)
            return false;
        bytes[i] = (char)byte;
    }
    bytes[digits / 2] = '\0';
    *text = bytes;
    return digits % 2 == 0 && text_is_clean(bytes, digits / 2);
}

static bool read_place(struct arena *arena, const char *token, struct cost_place *place)
{
    size_t first = strcspn(token, "."), size = strlen(token);
    return first < size && from_hex(arena, token, first, &place->keys[0]) &&
           from_hex(arena, token + first + 1, size - first - 1, &place->keys[1]);
}

/* ---- the question ---- */

static struct cost_question question_of(const struct get_cost *request)
{
    struct cost_question question = {.key_count = request->n_group_by,
                                     .tag_key = request->tag_key,
                                     .start_us = request->start_us,
                                     .end_us = request->end_us};
    for (size_t i = 0; i < request->n_group_by && i < COST_KEYS_MAX; i++)
        question.keys[i] = (enum cost_key)request->group_by[i];
    return question;
}

static void get_cost_read(struct call *call, const Ledger__V1__GetCostRequest *message,
                          struct get_cost *request)
{
    struct cost_mistake mistake;
    struct cost_place place;
    get_cost_fields(call, message, request);
    const struct cost_question question = question_of(request);
    if (!text_is_empty(request->tag) && !usage_tag_is_one(request->tag))
        call_add_field_violation(call, "tag", FAULT_MALFORMED, "must be \"key=value\"");
    if (!text_is_empty(request->page_token) &&
        !read_place(call_arena(call), request->page_token, &place))
        call_add_field_violation(call, "page_token", FAULT_NOT_A_CURSOR,
                                 "is not one that this list answered with");
    if (!call_has_violations(call) && !cost_check(&question, &mistake))
        call_add_field_violation(call, mistake.field, mistake.fault, mistake.sentence);
}

/* ---- the calendar ---- */

static struct reader reader(struct call *call)
{
    struct ledger *ledger = call_context(call);
    return reader_of(call_task(call), ledger->database);
}

/* Zones are read anew where more may begin than were read at once. */
static enum failure fill_calendar(struct call *call, const struct get_cost *request,
                                  enum cost_key key, struct cost_calendar *calendar)
{
    enum failure failure = FAILURE_NONE;
    while (failure == FAILURE_NONE && calendar->next_us < request->end_us) {
        struct dated_zones dated;
        struct billing_zones zones;
        int64_t until_us = request->end_us;
        failure =
            billing_zone_store_read(reader(call), request->account_id, calendar->next_us, &dated);
        if (failure == FAILURE_NONE)
            failure = billing_zones_find(call_task(call), &dated, &zones);
        if (failure != FAILURE_NONE)
            return failure;
        if (zones.count == BILLING_ZONES_MAX && until_us - calendar->next_us > ZONES_REACH_US)
            until_us = calendar->next_us + ZONES_REACH_US;
        if (!cost_calendar_go_on(calendar, key, &zones, until_us))
            failure = FAILURE_INTERNAL;
    }
    return failure;
}

static enum failure find_calendars(struct call *call, const struct get_cost *request,
                                   struct cost_wanted *wanted)
{
    enum failure failure = FAILURE_NONE;
    for (size_t i = 0; i < wanted->question->key_count && failure == FAILURE_NONE; i++) {
        enum cost_key key = wanted->question->keys[i];
        if (key != COST_BY_DAY && key != COST_BY_MONTH)
            continue;
        struct cost_calendar *calendar =
            arena_alloc(call_arena(call), sizeof(struct cost_calendar));
        calendar->count = 0;
        calendar->next_us = request->start_us;
        wanted->calendars[i] = calendar;
        failure = fill_calendar(call, request, key, calendar);
    }
    return failure;
}

/* ---- the answer ---- */

static void put_key(struct arena *arena, enum cost_key key, const char *text,
                    Ledger__V1__Cost *cost)
{
    char **const fields[] = {[COST_BY_DAY] = &cost->day,
                             [COST_BY_MONTH] = &cost->month,
                             [COST_BY_PRODUCT] = &cost->product_id,
                             [COST_BY_SKU] = &cost->sku_id,
                             [COST_BY_REGION] = &cost->region_id,
                             [COST_BY_RESOURCE] = &cost->resource_id,
                             [COST_BY_TAG] = &cost->tag_value};
    *fields[key] = arena_strdup(arena, text);
}

static Ledger__V1__Cost *cost_to_message(struct arena *arena, const struct cost_question *question,
                                         const struct ledger_read_costs_row *row)
{
    Ledger__V1__Cost *cost = message_new(arena, &ledger__v1__cost__descriptor);
    if (!row->is_total)
        put_key(arena, question->keys[0], row->first_key, cost);
    if (!row->is_total && question->key_count > 1)
        put_key(arena, question->keys[1], row->second_key, cost);
    cost->quantity_micros = row->quantity_micros;
    cost->pricing_unit = arena_strdup(arena, row->unit);
    cost->list_micros = row->list_micros;
    cost->discount_micros = row->discount_micros;
    cost->contracted_micros = row->contracted_micros;
    cost->coupon_micros = row->coupon_micros;
    cost->net_micros = row->net_micros;
    cost->line_count = row->line_count;
    cost->unrated_count = row->unrated_count;
    return cost;
}

/* The first row is the total, and the last one too many says that another page follows. */
static enum failure answer(struct call *call, const struct cost_question *question,
                           const struct rows *rows, Ledger__V1__GetCostResponse *response)
{
    struct arena *arena = call_arena(call);
    struct ledger_read_costs_row row = ledger_read_costs_row(rows, 0);
    response->total = cost_to_message(arena, question, &row);
    response->costs = arena_alloc_array(arena, rows->count, sizeof *response->costs);
    for (size_t i = 1; i < rows->count && response->n_costs < COST_ROWS_MAX; i++) {
        row = ledger_read_costs_row(rows, i);
        response->costs[response->n_costs++] = cost_to_message(arena, question, &row);
    }
    if (rows->count > COST_ROWS_MAX + 1)
        response->next_page_token =
            page_token_of_text(call, arena_printf(arena, "%s.%s", to_hex(arena, row.first_key),
                                                  to_hex(arena, row.second_key)));
    return FAILURE_NONE;
}

static int judge(struct call *call, const struct rows *rows)
{
    if (rows->count == 0)
        return FAILURE_INTERNAL;
    const struct ledger_read_costs_row total = ledger_read_costs_row(rows, 0);
    struct cost_facts facts = {.looked = total.looked, .fits = true};
    for (size_t i = 0; i < rows->count; i++)
        facts.fits &= ledger_read_costs_row(rows, i).fits;
    enum cost_verdict verdict = cost_decide(&facts);
    if (verdict != COST_ACCEPTED)
        return call_refuse(call, cost_refusal(verdict), NO_TERMS);
    return total.is_total && total.agrees ? 0
                                          : FAILURE_INTERNAL; /* PAY-24: one currency for ever */
}

static int get_cost(struct call *call, const struct get_cost *request,
                    Ledger__V1__GetCostResponse *response)
{
    struct rows rows;
    struct account account;
    struct cost_place after;
    const struct cost_question question = question_of(request);
    struct cost_wanted wanted = {.lines = {.account_id = request->account_id,
                                           .start_us = request->start_us,
                                           .end_us = request->end_us,
                                           .product_id = request->product_id,
                                           .sku_id = request->sku_id,
                                           .region_id = request->region_id,
                                           .resource_id = request->resource_id,
                                           .tag = request->tag},
                                 .question = &question,
                                 .after = NULL};
    if (!text_is_empty(request->page_token) &&
        read_place(call_arena(call), request->page_token, &after))
        wanted.after = &after;
    int no = account_read(call, request->company_id, request->account_id, &account);
    if (no == 0)
        no = find_calendars(call, request, &wanted);
    wanted.currency = account.currency;
    if (no == 0)
        no = cost_store_read(reader(call), &wanted, &rows);
    if (no == 0)
        no = judge(call, &rows);
    if (no != 0)
        return no;
    response->currency = arena_strdup(call_arena(call), account.currency);
    return answer(call, &question, &rows, response);
}
