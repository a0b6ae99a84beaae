#include "ledger/service/account_price.h"

#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_read.h"
#include "ledger/service/price_message.h"
#include "ledger/service/price_request.h"
#include "ledger/store/price_store.h"
#include "runtime/base/clock.h"

void get_price_read(struct call *call, const Ledger__V1__GetPriceRequest *message,
                    struct get_price *request)
{
    get_price_fields(call, message, request);
    price_field_sku(call, request->sku_id);
    price_field_region(call, request->region_id);
}

static void field_quantity(struct call *call, const char *field, int64_t micros)
{
    if (micros < 0)
        call_add_field_violation(call, field, FAULT_NEGATIVE, "must not be below zero");
}

void preview_charge_read(struct call *call, const Ledger__V1__PreviewChargeRequest *message,
                         struct preview_charge *request)
{
    preview_charge_fields(call, message, request);
    price_field_sku(call, request->sku_id);
    price_field_region(call, request->region_id);
    field_quantity(call, "quantity_micros", request->quantity_micros);
    field_quantity(call, "used_micros", request->used_micros);
}

static int refuse_unknown(struct call *call, const struct price_wanted *wanted)
{
    char at[CLOCK_TEXT_SIZE];
    return call_refuse(call, price_refusal(PRICE_UNKNOWN),
                       REFUSAL_TERMS({"sku", wanted->sku_id}, {"region", wanted->region_id},
                                     {"currency", wanted->currency},
                                     {"at", clock_format(wanted->from_us, at)}));
}

struct usage_at {
    struct id company_id, account_id;
    const char *sku_id, *region_id;
    int64_t usage_us; /* 0: now */
};

static int find_price(struct call *call, const struct usage_at *usage,
                      const struct price_span **found)
{
    struct ledger *ledger = call_context(call);
    struct account account;
    struct price_spans spans;
    int64_t now_us;
    int no = account_read_at(call, usage->company_id, usage->account_id, &account, &now_us);
    if (no != 0)
        return no;
    int64_t at_us = usage->usage_us != 0 ? usage->usage_us : now_us;
    const struct price_wanted wanted = {.account_id = usage->account_id,
                                        .sku_id = usage->sku_id,
                                        .region_id = usage->region_id,
                                        .currency = account.currency,
                                        .from_us = at_us,
                                        .until_us = at_us + 1};
    no = price_store_read_account(reader_of(call_task(call), ledger->database), &wanted, &spans);
    if (no != 0)
        return no;
    *found = price_span_choose(spans.items, spans.count, at_us);
    return *found != NULL ? 0 : refuse_unknown(call, &wanted);
}

int get_price(struct call *call, const struct get_price *request,
              Ledger__V1__GetPriceResponse *response)
{
    const struct usage_at usage = {request->company_id, request->account_id, request->sku_id,
                                   request->region_id, request->usage_us};
    const struct price_span *found = NULL;
    int no = find_price(call, &usage, &found);
    if (no != 0)
        return no;
    response->price = price_to_message(call_arena(call), &found->price);
    response->source = (Ledger__V1__PriceSource)found->source;
    return 0;
}

int preview_charge(struct call *call, const struct preview_charge *request,
                   Ledger__V1__PreviewChargeResponse *response)
{
    const struct usage_at usage = {request->company_id, request->account_id, request->sku_id,
                                   request->region_id, request->usage_us};
    struct arena *arena = call_arena(call);
    const struct price_span *found = NULL;
    struct charge charge;
    int no = find_price(call, &usage, &found);
    if (no != 0)
        return no;
    if (!price_explain(&found->price.price, request->used_micros, request->quantity_micros,
                       &charge))
        return call_refuse(call, price_refusal(PRICE_CHARGE_TOO_LARGE), NO_TERMS);
    response->currency = arena_strdup(arena, found->price.place.currency);
    response->charge_micros = charge.micros;
    response->steps = charge_steps_to_message(arena, &charge);
    response->n_steps = charge.step_count;
    response->price = price_to_message(arena, &found->price);
    response->source = (Ledger__V1__PriceSource)found->source;
    return 0;
}
