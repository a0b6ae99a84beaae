#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "sharing/domain/coverage.h"
#include "sharing/domain/ownership.h"
#include "sharing/service/cover.h"
#include "sharing/service/sharing_service.h"
#include "sharing/store/account_store.h"

#define register_asset_read register_asset_read
#include "sharing/service/asset_rpc.h"

/* ---- figures (D.9) ---- */

/* Reads the rates; NULL with a violation. */
static const struct coverage_rate *read_rates(struct call *call,
                                              const struct register_asset *request)
{
    struct coverage_rate *rates =
        arena_alloc_array(call_arena(call), request->n_rates + 1, sizeof(*rates));
    if (request->n_rates > COVERAGE_RATES_MAX) {
        call_add_field_violation(call, "rates", FAULT_TOO_MANY, "Names too many.");
        return NULL;
    }
    for (size_t i = 0; i < request->n_rates; i++) {
        bool fits = coverage_rate_parse(request->rates[i], &rates[i]);
        for (size_t j = 0; fits && j < i; j++)
            fits = !coverage_rate_same(&rates[i], &rates[j]);
        if (fits)
            continue;
        call_add_field_violation(call, "rates", FAULT_MALFORMED,
                                 "Must be different SKU@REGION, of a savings plan with =NANO.");
        return NULL;
    }
    return rates;
}

static void check_figures(struct call *call, const struct register_asset *request)
{
    const struct coverage_figures figures = {.tier = asset_tier((enum asset_kind)request->kind),
                                             .hourly_micros = request->hourly_micros,
                                             .has_currency =
                                                 request->commitment_currency[0] != '\0',
                                             .rates = read_rates(call, request),
                                             .rate_count = request->n_rates};
    if (figures.has_currency)
        (void)field_currency(call, "commitment_currency", request->commitment_currency);
    if (figures.rates != NULL && !coverage_figures_are_whole(&figures))
        call_add_field_violation(call, "hourly_micros", FAULT_MISMATCH,
                                 "Needs rates, and of a savings plan their prices and a currency.");
}

static void register_asset_read(struct call *call, const Sharing__V1__RegisterAssetRequest *message,
                                struct register_asset *request)
{
    register_asset_fields(call, message, request);
    request->expire_us = field_time(call, "expire_time", message->expire_time);
    field_names(call, "products", request->products, request->n_products, ASSET_PRODUCTS_MAX);
    field_names(call, "bill_types", request->bill_types, request->n_bill_types,
                ASSET_BILL_TYPES_MAX);
    field_text(call, "name", request->name, 1, ASSET_NAME_BYTES_MAX);
    if (request->kind < SHARING__V1__ASSET_KIND__ASSET_KIND_SAVINGS_PLAN ||
        request->kind > SHARING__V1__ASSET_KIND__ASSET_KIND_STORAGE_PACKAGE)
        call_add_field_violation(call, "kind", FAULT_UNKNOWN_VALUE,
                                 "Must be SAVINGS_PLAN, RESERVED_INSTANCE or STORAGE_PACKAGE.");
    check_figures(call, request);
    if (request->expire_us <= clock_now_us())
        call_add_field_violation(call, "expire_time", FAULT_IN_THE_PAST, "Must be in the future.");
}

static int register_asset(struct mutation *mutation, const struct register_asset *request,
                          Sharing__V1__RegisterAssetResponse *response)
{
    const struct asset asset = {.asset_id = id_new(mutation->now_us),
                                .owner_id = request->account_id,
                                .kind = (enum asset_kind)request->kind,
                                .name = request->name,
                                .products = {request->products, request->n_products},
                                .bill_types = {request->bill_types, request->n_bill_types},
                                .currency = request->commitment_currency,
                                .provisioned_us = mutation->now_us,
                                .expire_us = request->expire_us,
                                .hourly_micros = request->hourly_micros,
                                .rates = {request->rates, request->n_rates}};
    const struct id_array ids = id_array(&asset.asset_id, 1);
    struct share_party *owner;
    size_t inserted;
    int no = account_store_read_parties(mutation->transaction,
                                        (struct company_key){request->company_id, asset.asset_id},
                                        &asset.owner_id, 1, &owner);
    if (no == 0)
        no = refuse_unless(mutation->call, accounts_in_company_decide(owner, 1));
    if (no == 0)
        no =
            asset_store_insert(mutation->transaction, request->company_id, &asset, &ids, &inserted);
    if (no == 0)
        no = share_by_rule(mutation->transaction, request->company_id, &asset, mutation->now_us);
    if (no != 0)
        return no;
    response->asset = asset_to_message(mutation->call, &asset);
    return 0;
}

static int get_asset(struct call *call, const struct get_asset *request,
                     Sharing__V1__GetAssetResponse *response)
{
    struct asset asset = {0};
    bool found;
    int no = asset_store_read(sharing_reader(call),
                              (struct company_key){request->company_id, request->asset_id}, &found,
                              &asset);
    if (no == 0)
        no = refuse_unless(call, asset_claim_decide(&(const struct claim){found, asset.owner_id,
                                                                          request->account_id}));
    if (no == 0)
        response->asset = asset_to_message(call, &asset);
    return no;
}

static ProtobufCMessage *asset_message(struct call *call, const void *asset)
{
    return (ProtobufCMessage *)asset_to_message(call, asset);
}

static int list_assets(struct call *call, const struct list_assets *request,
                       Sharing__V1__ListAssetsResponse *response)
{
    struct asset_list list = {0};
    const struct asset_filter filter = {.owner = {request->company_id, request->account_id},
                                        .kind = request->kind,
                                        .state = request->state,
                                        .name_contains = request->name_contains,
                                        .pool_id = request->pool_id,
                                        .start_us = request->start_us,
                                        .end_us = request->end_us,
                                        .before_id = request->before_id,
                                        .limit = page_limit(request->page_size)};
    int no = asset_store_list(sharing_reader(call), &filter, &list);
    return no != 0 ? no
                   : page_answer(
                         call,
                         PAGE(request->page_size, list.assets, list.count, asset_id, asset_message),
                         &response->base);
}
