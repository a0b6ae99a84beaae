/* At which prices partners sell on (c-12): only about their own customers, whose terms permit it.
 */
#include "ledger/domain/repricing.h"

#include "ledger/domain/catalogue.h"
#include "ledger/domain/month.h"
#include "ledger/domain/price_book.h"
#include "ledger/domain/refusals.h"
#include "ledger/jobs/group_rate.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_note.h"
#include "ledger/service/account_read.h"
#include "ledger/store/catalogue_store.h"
#include "ledger/store/repricing_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define set_repricing_read set_repricing_read
#define set_repricing_refused set_repricing_refused
#define preview_repricing_read preview_repricing_read
#include "ledger/service/repricing_rpc.h"

#define MONTH_US (INT64_C(86400000000) * 31)

static struct reader reader(struct call *call)
{
    struct ledger *ledger = call_context(call);
    return reader_of(call_task(call), ledger->database);
}

/* ---- the fields ---- */

static void field_rule(struct call *call, Ledger__V1__RepricingBasis basis, int64_t ppm)
{
    if ((int)basis < REPRICING_ON_LIST || (int)basis > REPRICING_ON_COST)
        call_add_field_violation(call, "basis", FAULT_UNKNOWN_VALUE, "must be LIST or COST");
    if (ppm < REPRICING_PPM_MIN || ppm > REPRICING_PPM_MAX)
        call_add_field_violation(call, "adjustment_ppm", FAULT_OUT_OF_RANGE,
                                 "must be above -1000000 and 10000000 at most");
}

static void field_product(struct call *call, const char *product_id)
{
    if (!text_is_empty(product_id) && !catalogue_id_is_one(CATALOGUE_PRODUCT, product_id))
        call_add_field_violation(call, "product_id", FAULT_MALFORMED,
                                 "must be 1 to 32 letters, digits, \"_\" and \"-\"");
}

static void field_month(struct call *call, const char *text)
{
    int64_t month = 0;
    if (!month_parse(text, &month))
        call_add_field_violation(call, "month", FAULT_MALFORMED,
                                 "must be a year and a month: \"2027-01\"");
    else if (month_middle_us(month) > clock_now_us() + REPRICING_MONTHS_AHEAD_MAX * MONTH_US)
        call_add_field_violation(call, "month", FAULT_OUT_OF_RANGE, "is at most 24 months ahead");
}

static void set_repricing_read(struct call *call, const Ledger__V1__SetRepricingRequest *message,
                               struct set_repricing *request)
{
    set_repricing_fields(call, message, request);
    field_product(call, request->product_id);
    field_month(call, request->month);
    field_rule(call, request->basis, request->adjustment_ppm);
}

static void preview_repricing_read(struct call *call,
                                   const Ledger__V1__PreviewRepricingRequest *message,
                                   struct preview_repricing *request)
{
    preview_repricing_fields(call, message, request);
    field_product(call, request->product_id);
    if (!text_is_empty(request->month))
        field_month(call, request->month);
    if (request->basis != LEDGER__V1__REPRICING_BASIS__REPRICING_BASIS_UNSPECIFIED)
        field_rule(call, request->basis, request->adjustment_ppm);
    else if (request->adjustment_ppm != 0)
        call_add_field_violation(call, "adjustment_ppm", FAULT_OUT_OF_RANGE,
                                 "is of a rule that is tried, which has a basis");
}

/* ---- on the wire ---- */

static Ledger__V1__Repricing *to_message(struct arena *arena, const struct kept_repricing *kept)
{
    const struct repricing *repricing = &kept->repricing;
    char month[MONTH_SIZE];
    Ledger__V1__Repricing *message = message_new(arena, &ledger__v1__repricing__descriptor);
    month_format(repricing->month, month);
    if (!id_is_nil(kept->repricing_id))
        message->repricing_id = id_to_message(arena, kept->repricing_id);
    if (!id_is_nil(repricing->customer_id))
        message->customer_account_id = id_to_message(arena, repricing->customer_id);
    message->product_id = arena_strdup(arena, repricing->product_id);
    message->month = arena_strdup(arena, month);
    message->basis = (Ledger__V1__RepricingBasis)repricing->basis;
    message->adjustment_ppm = repricing->ppm;
    if (repricing->set_us != 0)
        message->set_time = timestamp_from_us(arena, repricing->set_us);
    return message;
}

static ProtobufCMessage *row(struct call *call, const void *kept)
{
    return &to_message(call_arena(call), kept)->base;
}

static int list_repricings(struct call *call, const struct list_repricings *request,
                           Ledger__V1__ListRepricingsResponse *response)
{
    struct group_calendar calendar;
    struct repricing_list list;
    int no = group_calendar_find(reader(call), request->account_id,
                                 clock_of_us(request->company_id), &calendar);
    if (no != 0)
        return no;
    const struct repricing_page page = {.partner_id = request->account_id,
                                        .before_id = request->before_id,
                                        .customer_id = request->customer_account_id,
                                        .from_month = request->with_ended ? 0 : calendar.month,
                                        .limit = page_limit(request->page_size)};
    no = repricing_store_list(reader(call), &page, &list);
    return no != 0
               ? no
               : page_answer(call,
                             PAGE(request->page_size, list.items, list.count, repricing_id, row),
                             &response->base);
}

/* ---- the partner ---- */

struct partner {
    const struct account *account;
    int64_t now_us;
    int64_t month;        /* of now */
    int64_t discount_ppm; /* of its group */
};

static enum failure read_partner(struct call *call, struct partner *partner)
{
    struct group_calendar calendar;
    struct group_rate rate = {.ppm = 0};
    enum failure failure =
        group_calendar_find(reader(call), partner->account->id, partner->now_us, &calendar);
    if (failure != FAILURE_NONE)
        return failure;
    partner->month = calendar.month;
    const struct group_month month = {partner->account->id, calendar.month,
                                      partner->account->currency};
    failure = group_rate_read(reader(call), &month, &rate);
    partner->discount_ppm = rate.ppm;
    return failure;
}

/* Whether it may ask prices of its own of the customer; nil: of all that it may. */
static enum failure read_resells(struct call *call, const struct partner *partner,
                                 struct id customer_id, bool *resells)
{
    struct association association = {.customer_id = customer_id, .since_us = partner->now_us};
    *resells = id_is_nil(customer_id);
    if (*resells)
        return FAILURE_NONE;
    enum failure failure = association_store_read(reader(call), &association);
    *resells = failure == FAILURE_NONE && association.resells &&
               id_equal(association.agent_id, partner->account->id);
    return failure;
}

/* ---- setting ---- */

static enum failure note(struct mutation *mutation, const struct set_repricing *request,
                         const struct locked_account *locked)
{
    return account_note(mutation, locked,
                        (struct noted_act){.company_id = request->company_id,
                                           .account_id = request->account_id,
                                           .action = "set_repricing",
                                           .currency = "",
                                           .remark = request->month});
}

static enum failure set_repricing_refused(struct mutation *mutation,
                                          const struct set_repricing *request)
{
    return note(mutation, request, NULL);
}

static int hold_product(struct mutation *mutation, const char *product_id)
{
    struct product product = {0};
    bool found = false;
    if (text_is_empty(product_id))
        return 0;
    int no = product_store_lock(mutation->transaction, product_id, &product, &found);
    enum catalogue_verdict verdict =
        catalogue_find_decide(CATALOGUE_PRODUCT, found, product.retired_us);
    return no != 0 || verdict == CATALOGUE_ACCEPTED
               ? no
               : call_refuse(mutation->call, catalogue_refusal(verdict), NO_TERMS);
}

/* Under the lock of the partner's chain. */
static int decide(struct mutation *mutation, const struct repricing *repricing,
                  const struct account *account, bool acknowledges)
{
    struct call *call = mutation->call;
    struct partner partner = {.account = account, .now_us = mutation->now_us};
    struct repricing_facts facts = {.now_us = mutation->now_us, .acknowledges = acknowledges};
    struct repricing_list list = {.count = 0};
    int no = read_partner(call, &partner);
    if (no == 0)
        no = read_resells(call, &partner, repricing->customer_id, &facts.resells);
    if (no == 0)
        no = group_month_begin(reader(call), account->id, repricing->month, &facts.begin_us);
    if (no == 0)
        no = repricing_store_read_month(reader(call), account->id, repricing->month, &list);
    if (no != 0)
        return no;
    facts.count = (int64_t)list.count;
    facts.discount_ppm = partner.discount_ppm;
    enum repricing_verdict verdict = repricing_decide(repricing, &facts);
    return verdict == REPRICING_ACCEPTED ? 0
                                         : call_refuse(call, repricing_refusal(verdict), NO_TERMS);
}

static int set_repricing(struct mutation *mutation, const struct set_repricing *request,
                         Ledger__V1__SetRepricingResponse *response)
{
    struct locked_account locked;
    struct kept_repricing kept = {id_new(mutation->now_us),
                                  {.customer_id = request->customer_account_id,
                                   .product_id = request->product_id,
                                   .basis = (enum repricing_basis)request->basis,
                                   .ppm = request->adjustment_ppm,
                                   .set_us = mutation->now_us}};
    if (!month_parse(request->month, &kept.repricing.month))
        return FAILURE_INVALID;
    int no = account_store_lock(mutation->transaction, request->company_id, request->account_id,
                                &locked);
    if (no == 0 && !locked.found)
        no = call_refuse(mutation->call, &account_unknown, NO_TERMS);
    if (no == 0)
        no = hold_product(mutation, request->product_id);
    if (no == 0)
        no = decide(mutation, &kept.repricing, &locked.account,
                    request->acknowledge_negative_margin);
    if (no == 0)
        no = repricing_store_insert(mutation->transaction, request->account_id, &kept);
    if (no != 0)
        return no;
    response->repricing = to_message(call_arena(mutation->call), &kept);
    return note(mutation, request, &locked);
}

/* ---- a preview ---- */

static int choose(struct call *call, const struct preview_repricing *request,
                  const struct partner *partner, struct kept_repricing *tried,
                  const struct kept_repricing **chosen)
{
    struct repricing_list list;
    struct repricing *repricing = &tried->repricing;
    *repricing = (struct repricing){.customer_id = request->customer_account_id,
                                    .product_id = request->product_id,
                                    .month = partner->month,
                                    .basis = (enum repricing_basis)request->basis,
                                    .ppm = request->adjustment_ppm};
    *chosen = tried;
    if (!text_is_empty(request->month) && !month_parse(request->month, &repricing->month))
        return FAILURE_INVALID;
    if (request->basis != LEDGER__V1__REPRICING_BASIS__REPRICING_BASIS_UNSPECIFIED)
        return 0;
    int no = repricing_store_read_month(reader(call), request->account_id, repricing->month, &list);
    if (no == 0)
        *chosen = repricing_list_choose(&list, call_arena(call), request->customer_account_id,
                                        request->product_id);
    return no;
}

static int answer(struct call *call, const struct partner *partner,
                  const struct kept_repricing *chosen, int64_t list_micros,
                  Ledger__V1__PreviewRepricingResponse *response)
{
    struct repricing_charge charge = {.list_micros = list_micros};
    int64_t discount_micros;
    if (!group_discount(list_micros, partner->discount_ppm, &discount_micros,
                        &charge.cost_micros) ||
        !repricing_resale(chosen == NULL ? NULL : &chosen->repricing, &charge,
                          &response->resale_micros, &response->margin_micros))
        return call_refuse(call, price_refusal(PRICE_CHARGE_TOO_LARGE), NO_TERMS);
    response->currency = arena_strdup(call_arena(call), partner->account->currency);
    response->list_micros = list_micros;
    response->cost_micros = charge.cost_micros;
    response->repricing = chosen == NULL ? NULL : to_message(call_arena(call), chosen);
    return 0;
}

static int preview_repricing(struct call *call, const struct preview_repricing *request,
                             Ledger__V1__PreviewRepricingResponse *response)
{
    struct account account;
    struct partner partner = {.account = &account};
    struct kept_repricing tried = {0};
    const struct kept_repricing *chosen = NULL;
    bool resells = false;
    int no =
        account_read_at(call, request->company_id, request->account_id, &account, &partner.now_us);
    if (no == 0)
        no = read_partner(call, &partner);
    if (no == 0)
        no = read_resells(call, &partner, request->customer_account_id, &resells);
    if (no == 0 && !resells)
        no = call_refuse(call, repricing_refusal(REPRICING_NOT_RESOLD), NO_TERMS);
    if (no == 0)
        no = choose(call, request, &partner, &tried, &chosen);
    return no != 0 ? no : answer(call, &partner, chosen, request->list_micros, response);
}
