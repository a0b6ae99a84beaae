/* Partners' tables of discounts: operators set them, partners see what counts (LED-25). */
#include "ledger/domain/group_discount.h"

#include "ledger/domain/month.h"
#include "ledger/domain/refusals.h"
#include "ledger/jobs/group_rate.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_note.h"
#include "ledger/service/account_read.h"

#define set_group_discount_read set_group_discount_read
#define set_group_discount_refused set_group_discount_refused
#include "ledger/service/group_discount_rpc.h"

static struct reader reader(struct call *call)
{
    struct ledger *ledger = call_context(call);
    return reader_of(call_task(call), ledger->database);
}

/* ---- telling ---- */

static Ledger__V1__GroupTier **tiers_to_message(struct arena *arena,
                                                const struct group_table *table)
{
    Ledger__V1__GroupTier **tiers = arena_alloc_array(arena, table->count + 1, sizeof *tiers);
    for (size_t i = 0; i < table->count; i++) {
        tiers[i] = message_new(arena, &ledger__v1__group_tier__descriptor);
        tiers[i]->from_micros = table->tiers[i].from_micros;
        tiers[i]->discount_ppm = table->tiers[i].ppm;
    }
    return tiers;
}

static Ledger__V1__GroupDiscount *to_message(struct arena *arena, const struct group_month *month,
                                             const struct group_rate *rate,
                                             const struct group_rate *next)
{
    char text[MONTH_SIZE];
    Ledger__V1__GroupDiscount *message =
        message_new(arena, &ledger__v1__group_discount__descriptor);
    month_format(month->month, text);
    message->account_id = id_to_message(arena, month->agent_id);
    message->currency = arena_strdup(arena, month->currency);
    message->month = arena_strdup(arena, text);
    message->volume_micros = rate->volume_micros;
    message->discount_ppm = rate->ppm;
    message->tiers = tiers_to_message(arena, &rate->table);
    message->n_tiers = rate->table.count;
    message->volume_so_far_micros = next->volume_micros;
    message->next_discount_ppm = next->ppm;
    message->next_tiers = tiers_to_message(arena, &next->table);
    message->n_next_tiers = next->table.count;
    return message;
}

/* table: of next month, which is not read then; NULL: it is. */
static int tell(struct call *call, const struct account *account, int64_t now_us,
                const struct group_table *table, Ledger__V1__GroupDiscount **message)
{
    struct group_calendar calendar;
    struct group_rate rate, next;
    struct group_month month = {.agent_id = account->id, .currency = account->currency};
    int no = group_calendar_find(reader(call), account->id, now_us, &calendar);
    if (no != 0)
        return no;
    month.month = calendar.month_after;
    no = group_rate_read(reader(call), &month, &next);
    month.month = calendar.month;
    if (no == 0)
        no = group_rate_read(reader(call), &month, &rate);
    if (no != 0)
        return no;
    if (table != NULL) {
        next.table = *table;
        next.ppm = group_ppm(table, next.volume_micros);
    }
    *message = to_message(call_arena(call), &month, &rate, &next);
    return 0;
}

static int get_group_discount(struct call *call, const struct get_group_discount *request,
                              Ledger__V1__GetGroupDiscountResponse *response)
{
    struct account account;
    int64_t now_us;
    int no = account_read_at(call, request->company_id, request->account_id, &account, &now_us);
    return no != 0 ? no : tell(call, &account, now_us, NULL, &response->group_discount);
}

/* ---- setting ---- */

static bool read_table(Ledger__V1__GroupTier *const *tiers, size_t count, struct group_table *table)
{
    *table = (struct group_table){.count = count};
    for (size_t i = 0; i < count && i < GROUP_TIERS_MAX; i++)
        table->tiers[i] = (struct group_tier){tiers[i]->from_micros, tiers[i]->discount_ppm};
    return group_table_check(table) == NULL;
}

static void set_group_discount_read(struct call *call,
                                    const Ledger__V1__SetGroupDiscountRequest *message,
                                    struct set_group_discount *request)
{
    struct group_table table;
    set_group_discount_fields(call, message, request);
    if (read_table(message->tiers, message->n_tiers, &table))
        return;
    const struct group_mistake *mistake = group_table_check(&table);
    call_add_field_violation(call, "tiers", mistake->fault, mistake->sentence);
}

static enum failure note(struct mutation *mutation, const struct set_group_discount *request,
                         const struct locked_account *locked)
{
    return account_note(mutation, locked,
                        (struct noted_act){.company_id = request->company_id,
                                           .account_id = request->account_id,
                                           .action = "set_group_discount",
                                           .currency = "",
                                           .remark = ""});
}

static enum failure set_group_discount_refused(struct mutation *mutation,
                                               const struct set_group_discount *request)
{
    return note(mutation, request, NULL);
}

static int set_group_discount(struct mutation *mutation, const struct set_group_discount *request,
                              Ledger__V1__SetGroupDiscountResponse *response)
{
    struct call *call = mutation->call;
    struct locked_account locked;
    struct group_calendar calendar;
    struct group_table table;
    int no = account_store_lock(mutation->transaction, request->company_id, request->account_id,
                                &locked);
    if (no == 0 && !locked.found)
        no = call_refuse(call, &account_unknown, NO_TERMS);
    if (no == 0)
        no = group_calendar_find(reader(call), request->account_id, mutation->now_us, &calendar);
    if (no != 0 || !read_table(request->tiers, request->n_tiers, &table))
        return no;
    const struct group_month since = {request->account_id, calendar.month_after, ""};
    no = group_store_set(mutation->transaction, &since, mutation->now_us, &table);
    if (no == 0)
        no = note(mutation, request, &locked);
    return no != 0
               ? no
               : tell(call, &locked.account, mutation->now_us, &table, &response->group_discount);
}
