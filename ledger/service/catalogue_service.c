/* The catalogue: operators add to it and retire, everybody who is logged in reads it. */
#include "ledger/domain/catalogue.h"

#include <string.h>

#include "ledger/domain/focus.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/store/catalogue_store.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define create_region_read create_region_read
#define retire_region_read retire_region_read
#define list_regions_read list_regions_read
#define create_product_read create_product_read
#define retire_product_read retire_product_read
#define list_products_read list_products_read
#define create_sku_read create_sku_read
#define retire_sku_read retire_sku_read
#define list_skus_read list_skus_read
#include "ledger/service/catalogue_rpc.h"

/* ---- on the wire ---- */

static Ledger__V1__Region *region_to_message(struct arena *arena, const struct region *region)
{
    Ledger__V1__Region *message = message_new(arena, &ledger__v1__region__descriptor);
    message->region_id = arena_strdup(arena, region->region_id);
    message->name = arena_strdup(arena, region->name);
    message->country = arena_strdup(arena, region->country);
    message->create_time = timestamp_from_us(arena, region->created_us);
    if (region->retired_us != 0)
        message->retire_time = timestamp_from_us(arena, region->retired_us);
    return message;
}

static Ledger__V1__Product *product_to_message(struct arena *arena, const struct product *product)
{
    Ledger__V1__Product *message = message_new(arena, &ledger__v1__product__descriptor);
    message->product_id = arena_strdup(arena, product->product_id);
    message->name = arena_strdup(arena, product->name);
    message->service_category = arena_strdup(arena, product->category);
    message->service_subcategory = arena_strdup(arena, product->subcategory);
    message->publisher = arena_strdup(arena, product->publisher);
    message->create_time = timestamp_from_us(arena, product->created_us);
    if (product->retired_us != 0)
        message->retire_time = timestamp_from_us(arena, product->retired_us);
    return message;
}

static Ledger__V1__Sku *sku_to_message(struct arena *arena, const struct sku *sku)
{
    Ledger__V1__Sku *message = message_new(arena, &ledger__v1__sku__descriptor);
    message->sku_id = arena_strdup(arena, sku->sku_id);
    message->product_id = arena_strdup(arena, sku->product_id);
    message->meter = arena_strdup(arena, sku->meter);
    message->pricing_unit = arena_strdup(arena, sku->unit);
    message->tax_category = arena_strdup(arena, sku->tax_category);
    message->create_time = timestamp_from_us(arena, sku->created_us);
    if (sku->retired_us != 0)
        message->retire_time = timestamp_from_us(arena, sku->retired_us);
    return message;
}

/* ---- the fields ---- */

static void field_id_of(struct call *call, const char *field, enum catalogue_kind kind,
                        const char *id)
{
    static const char *const sentences[] = {
        [CATALOGUE_REGION] = "must be 1 to 32 bytes of a-z, 0-9 and \"-\"",
        [CATALOGUE_PRODUCT] = "must be 1 to 32 letters, digits, \"_\" and \"-\"",
        [CATALOGUE_SKU] = "must be 1 to 64 letters, digits, \".\", \"_\" and \"-\""};
    if (!catalogue_id_is_one(kind, id))
        call_add_field_violation(call, field, FAULT_MALFORMED, sentences[kind]);
}

static void field_word(struct call *call, const char *field, const char *word)
{
    if (!catalogue_word_is_one(word))
        call_add_field_violation(call, field, FAULT_MALFORMED,
                                 "must be 1 to 32 letters, digits, \"_\" and \"-\"");
}

/* A list goes on behind an id. */
static void field_after(struct call *call, enum catalogue_kind kind, const char *after_id)
{
    if (!text_is_empty(after_id) && !catalogue_id_is_one(kind, after_id))
        call_add_field_violation(call, "page_token", FAULT_NOT_A_CURSOR,
                                 "is not one that this list answered with");
}

static void create_region_read(struct call *call, const Ledger__V1__CreateRegionRequest *message,
                               struct create_region *request)
{
    create_region_fields(call, message, request);
    field_id_of(call, "region_id", CATALOGUE_REGION, request->region_id);
    field_text(call, "name", request->name, 1, CATALOGUE_NAME_SIZE_MAX);
    if (strspn(request->country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2 || request->country[2] != '\0')
        call_add_field_violation(call, "country", FAULT_NOT_A_COUNTRY,
                                 "must be an ISO 3166-1 alpha-2 code in capitals");
}

static void create_product_read(struct call *call, const Ledger__V1__CreateProductRequest *message,
                                struct create_product *request)
{
    create_product_fields(call, message, request);
    field_id_of(call, "product_id", CATALOGUE_PRODUCT, request->product_id);
    field_text(call, "name", request->name, 1, CATALOGUE_NAME_SIZE_MAX);
    field_text(call, "publisher", request->publisher, 1, CATALOGUE_NAME_SIZE_MAX);
    if (!focus_is_category(request->service_category))
        call_add_field_violation(call, "service_category", FAULT_UNKNOWN_VALUE,
                                 "is none of FOCUS's service categories");
    else if (!focus_is_subcategory(request->service_category, request->service_subcategory))
        call_add_field_violation(call, "service_subcategory", FAULT_UNKNOWN_VALUE,
                                 "is none of FOCUS's subcategories of the category");
}

static void create_sku_read(struct call *call, const Ledger__V1__CreateSkuRequest *message,
                            struct create_sku *request)
{
    create_sku_fields(call, message, request);
    field_id_of(call, "sku_id", CATALOGUE_SKU, request->sku_id);
    field_id_of(call, "product_id", CATALOGUE_PRODUCT, request->product_id);
    field_word(call, "meter", request->meter);
    if (!focus_is_unit(request->pricing_unit))
        call_add_field_violation(
            call, "pricing_unit", FAULT_MALFORMED,
            "must be a unit as FOCUS writes it: \"GB-Hours\", \"1000 Requests\"");
    field_word(call, "tax_category", request->tax_category);
}

static void retire_region_read(struct call *call, const Ledger__V1__RetireRegionRequest *message,
                               struct retire_region *request)
{
    retire_region_fields(call, message, request);
    field_id_of(call, "region_id", CATALOGUE_REGION, request->region_id);
}

static void retire_product_read(struct call *call, const Ledger__V1__RetireProductRequest *message,
                                struct retire_product *request)
{
    retire_product_fields(call, message, request);
    field_id_of(call, "product_id", CATALOGUE_PRODUCT, request->product_id);
}

static void retire_sku_read(struct call *call, const Ledger__V1__RetireSkuRequest *message,
                            struct retire_sku *request)
{
    retire_sku_fields(call, message, request);
    field_id_of(call, "sku_id", CATALOGUE_SKU, request->sku_id);
}

static void list_regions_read(struct call *call, const Ledger__V1__ListRegionsRequest *message,
                              struct list_regions *request)
{
    list_regions_fields(call, message, request);
    field_after(call, CATALOGUE_REGION, request->page_token);
}

static void list_products_read(struct call *call, const Ledger__V1__ListProductsRequest *message,
                               struct list_products *request)
{
    list_products_fields(call, message, request);
    field_after(call, CATALOGUE_PRODUCT, request->page_token);
}

static void list_skus_read(struct call *call, const Ledger__V1__ListSkusRequest *message,
                           struct list_skus *request)
{
    list_skus_fields(call, message, request);
    field_after(call, CATALOGUE_SKU, request->page_token);
    if (!text_is_empty(request->product_id))
        field_id_of(call, "product_id", CATALOGUE_PRODUCT, request->product_id);
}

/* ---- adding ---- */

static int answer(struct call *call, enum catalogue_verdict verdict)
{
    return verdict == CATALOGUE_ACCEPTED ? 0
                                         : call_refuse(call, catalogue_refusal(verdict), NO_TERMS);
}

static int create_region(struct mutation *mutation, const struct create_region *request,
                         Ledger__V1__CreateRegionResponse *response)
{
    const struct region region = {.region_id = request->region_id,
                                  .name = request->name,
                                  .country = request->country,
                                  .created_us = mutation->now_us};
    struct catalogue_facts facts = {0};
    bool kept = false;
    int no = catalogue_store_count(mutation->transaction, CATALOGUE_REGION, &facts.count);
    if (no == 0)
        no = region_store_insert(mutation->transaction, &region, &kept);
    if (no != 0)
        return no;
    facts.is_taken = !kept;
    response->region = region_to_message(call_arena(mutation->call), &region);
    return answer(mutation->call, catalogue_create_decide(CATALOGUE_REGION, &facts));
}

static int create_product(struct mutation *mutation, const struct create_product *request,
                          Ledger__V1__CreateProductResponse *response)
{
    const struct product product = {.product_id = request->product_id,
                                    .name = request->name,
                                    .category = request->service_category,
                                    .subcategory = request->service_subcategory,
                                    .publisher = request->publisher,
                                    .created_us = mutation->now_us};
    struct catalogue_facts facts = {0};
    bool kept = false;
    int no = catalogue_store_count(mutation->transaction, CATALOGUE_PRODUCT, &facts.count);
    if (no == 0)
        no = product_store_insert(mutation->transaction, &product, &kept);
    if (no != 0)
        return no;
    facts.is_taken = !kept;
    response->product = product_to_message(call_arena(mutation->call), &product);
    return answer(mutation->call, catalogue_create_decide(CATALOGUE_PRODUCT, &facts));
}

/* Its product is held, so that it is not retired meanwhile. */
static int create_sku(struct mutation *mutation, const struct create_sku *request,
                      Ledger__V1__CreateSkuResponse *response)
{
    const struct sku sku = {.sku_id = request->sku_id,
                            .product_id = request->product_id,
                            .meter = request->meter,
                            .unit = request->pricing_unit,
                            .tax_category = request->tax_category,
                            .created_us = mutation->now_us};
    struct catalogue_facts facts = {0};
    struct product product = {0};
    bool found = false, kept = false;
    int no = product_store_lock(mutation->transaction, request->product_id, &product, &found);
    if (no == 0)
        no = catalogue_store_count(mutation->transaction, CATALOGUE_SKU, &facts.count);
    if (no == 0 && found)
        no = sku_store_insert(mutation->transaction, &sku, &kept);
    if (no != 0)
        return no;
    facts.has_parent =
        catalogue_find_decide(CATALOGUE_PRODUCT, found, product.retired_us) == CATALOGUE_ACCEPTED;
    facts.is_taken = !kept;
    response->sku = sku_to_message(call_arena(mutation->call), &sku);
    return answer(mutation->call, catalogue_create_decide(CATALOGUE_SKU, &facts));
}

/* ---- retiring ---- */

/* Of one that is held. */
static int retire(struct mutation *mutation, enum catalogue_kind kind, const char *id,
                  enum catalogue_verdict verdict)
{
    int no = answer(mutation->call, verdict);
    return no != 0 ? no : catalogue_store_retire(mutation->transaction, kind, id, mutation->now_us);
}

static int retire_region(struct mutation *mutation, const struct retire_region *request,
                         Ledger__V1__RetireRegionResponse *response)
{
    struct region region = {0};
    bool found = false;
    int no = region_store_lock(mutation->transaction, request->region_id, &region, &found);
    if (no == 0)
        no = retire(mutation, CATALOGUE_REGION, request->region_id,
                    catalogue_find_decide(CATALOGUE_REGION, found, region.retired_us));
    if (no != 0)
        return no;
    region.retired_us = mutation->now_us;
    response->region = region_to_message(call_arena(mutation->call), &region);
    return 0;
}

static int retire_product(struct mutation *mutation, const struct retire_product *request,
                          Ledger__V1__RetireProductResponse *response)
{
    struct product product = {0};
    bool found = false;
    int no = product_store_lock(mutation->transaction, request->product_id, &product, &found);
    if (no == 0)
        no = retire(mutation, CATALOGUE_PRODUCT, request->product_id,
                    catalogue_find_decide(CATALOGUE_PRODUCT, found, product.retired_us));
    if (no != 0)
        return no;
    product.retired_us = mutation->now_us;
    response->product = product_to_message(call_arena(mutation->call), &product);
    return 0;
}

static int retire_sku(struct mutation *mutation, const struct retire_sku *request,
                      Ledger__V1__RetireSkuResponse *response)
{
    struct sku sku = {0};
    bool found = false;
    int no = sku_store_lock(mutation->transaction, request->sku_id, &sku, &found);
    if (no == 0)
        no = retire(mutation, CATALOGUE_SKU, request->sku_id,
                    catalogue_find_decide(CATALOGUE_SKU, found, sku.retired_us));
    if (no != 0)
        return no;
    sku.retired_us = mutation->now_us;
    response->sku = sku_to_message(call_arena(mutation->call), &sku);
    return 0;
}

/* ---- lists ---- */

static struct reader reader(struct call *call)
{
    struct ledger *ledger = call_context(call);
    return reader_of(call_task(call), ledger->database);
}

#define CATALOGUE_PAGE(request)                                     \
    ((struct catalogue_page){.after_id = (request)->page_token,     \
                             .with_retired = (request)->with_ended, \
                             .limit = page_limit((request)->page_size)})

static ProtobufCMessage *region_row(struct call *call, const void *row)
{
    return &region_to_message(call_arena(call), row)->base;
}

static int list_regions(struct call *call, const struct list_regions *request,
                        Ledger__V1__ListRegionsResponse *response)
{
    const struct catalogue_page page = CATALOGUE_PAGE(request);
    struct region_list list;
    int no = region_store_list(reader(call), &page, &list);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE_OF_TEXTS(request->page_size, list.items, list.count,
                                               region_id, region_row),
                                 &response->base);
}

static ProtobufCMessage *product_row(struct call *call, const void *row)
{
    return &product_to_message(call_arena(call), row)->base;
}

static int list_products(struct call *call, const struct list_products *request,
                         Ledger__V1__ListProductsResponse *response)
{
    const struct catalogue_page page = CATALOGUE_PAGE(request);
    struct product_list list;
    int no = product_store_list(reader(call), &page, &list);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE_OF_TEXTS(request->page_size, list.items, list.count,
                                               product_id, product_row),
                                 &response->base);
}

static ProtobufCMessage *sku_row(struct call *call, const void *row)
{
    return &sku_to_message(call_arena(call), row)->base;
}

static int list_skus(struct call *call, const struct list_skus *request,
                     Ledger__V1__ListSkusResponse *response)
{
    struct catalogue_page page = CATALOGUE_PAGE(request);
    struct sku_list list;
    page.product_id = request->product_id;
    int no = sku_store_list(reader(call), &page, &list);
    return no != 0 ? no
                   : page_answer(
                         call,
                         PAGE_OF_TEXTS(request->page_size, list.items, list.count, sku_id, sku_row),
                         &response->base);
}
