/* Price books: operators set prices and say who buys by which; an account is told what counts. */
#include "ledger/domain/price_book.h"

#include <string.h>

#include "ledger/domain/catalogue.h"
#include "ledger/domain/refusals.h"
#include "ledger/ledger.h"
#include "ledger/ledger_message.h"
#include "ledger/service/account_note.h"
#include "ledger/service/account_price.h"
#include "ledger/service/price_message.h"
#include "ledger/store/catalogue_store.h"
#include "ledger/store/price_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define create_price_book_read create_price_book_read
#define list_price_books_read list_price_books_read
#define assign_price_book_read assign_price_book_read
#define assign_price_book_refused assign_price_book_refused
#define set_prices_read set_prices_read
#define list_prices_read list_prices_read
#define get_price_read get_price_read
#define get_price_linkage extern
#define preview_charge_read preview_charge_read
#define preview_charge_linkage extern
#include "ledger/service/price_rpc.h"

static struct reader reader(struct call *call)
{
    struct ledger *ledger = call_context(call);
    return reader_of(call_task(call), ledger->database);
}

/* ---- the fields ---- */

static void field_book(struct call *call, const char *book_id)
{
    if (!price_book_id_is_one(book_id))
        call_add_field_violation(call, "price_book_id", FAULT_MALFORMED,
                                 "must be 1 to 32 bytes of a-z, 0-9 and \"-\"");
}

static void create_price_book_read(struct call *call,
                                   const Ledger__V1__CreatePriceBookRequest *message,
                                   struct create_price_book *request)
{
    create_price_book_fields(call, message, request);
    field_book(call, request->price_book_id);
    field_text(call, "name", request->name, 1, PRICE_BOOK_NAME_SIZE_MAX);
}

static void list_price_books_read(struct call *call,
                                  const Ledger__V1__ListPriceBooksRequest *message,
                                  struct list_price_books *request)
{
    list_price_books_fields(call, message, request);
    if (!text_is_empty(request->page_token) && !price_book_id_is_one(request->page_token))
        call_add_field_violation(call, "page_token", FAULT_NOT_A_CURSOR,
                                 "is not one that this list answered with");
}

static void assign_price_book_read(struct call *call,
                                   const Ledger__V1__AssignPriceBookRequest *message,
                                   struct assign_price_book *request)
{
    assign_price_book_fields(call, message, request);
    if (!text_is_empty(request->price_book_id))
        field_book(call, request->price_book_id);
}

static void set_prices_read(struct call *call, const Ledger__V1__SetPricesRequest *message,
                            struct set_prices *request)
{
    struct dated_price price;
    set_prices_fields(call, message, request);
    field_book(call, request->price_book_id);
    if (message->n_prices < 1)
        call_add_field_violation(call, "prices", FAULT_REQUIRED, "one is needed at least");
    if (message->n_prices > PRICES_AT_ONCE_MAX)
        call_add_field_violation(call, "prices", FAULT_TOO_MANY, "there are 100 at most");
    for (size_t i = 0; i < message->n_prices && i < PRICES_AT_ONCE_MAX; i++)
        price_read(call, arena_printf(call_arena(call), "prices[%zu]", i), message->prices[i],
                   &price);
}

static void list_prices_read(struct call *call, const Ledger__V1__ListPricesRequest *message,
                             struct list_prices *request)
{
    list_prices_fields(call, message, request);
    if (!text_is_empty(request->price_book_id))
        field_book(call, request->price_book_id);
    if (!text_is_empty(request->sku_id))
        price_field_sku(call, request->sku_id);
    if (!text_is_empty(request->region_id) && strcmp(request->region_id, PRICE_EVERYWHERE) != 0)
        price_field_region(call, request->region_id);
}

/* ---- books ---- */

static Ledger__V1__PriceBook *book_to_message(struct arena *arena, const struct price_book *book)
{
    Ledger__V1__PriceBook *message = message_new(arena, &ledger__v1__price_book__descriptor);
    message->price_book_id = arena_strdup(arena, book->book_id);
    message->name = arena_strdup(arena, book->name);
    message->create_time = timestamp_from_us(arena, book->created_us);
    return message;
}

static int create_price_book(struct mutation *mutation, const struct create_price_book *request,
                             Ledger__V1__CreatePriceBookResponse *response)
{
    const struct price_book book = {request->price_book_id, request->name, mutation->now_us};
    struct price_book_facts facts = {.count = 0};
    bool kept = false;
    int no = price_store_take_revision(mutation->transaction);
    if (no == 0)
        no = price_book_store_count(mutation->transaction, &facts.count);
    if (no == 0)
        no = price_book_store_insert(mutation->transaction, &book, &kept);
    if (no != 0)
        return no;
    facts.is_taken = !kept;
    response->price_book = book_to_message(call_arena(mutation->call), &book);
    enum price_verdict verdict = price_book_decide(&facts);
    return verdict == PRICE_ACCEPTED
               ? 0
               : call_refuse(mutation->call, price_refusal(verdict), NO_TERMS);
}

static ProtobufCMessage *book_row(struct call *call, const void *row)
{
    return &book_to_message(call_arena(call), row)->base;
}

static int list_price_books(struct call *call, const struct list_price_books *request,
                            Ledger__V1__ListPriceBooksResponse *response)
{
    struct price_book_list list;
    int no = price_book_store_list(reader(call), request->page_token,
                                   page_limit(request->page_size), &list);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE_OF_TEXTS(request->page_size, list.items, list.count, book_id,
                                               book_row),
                                 &response->base);
}

/* ---- prices ---- */

static int refuse_begin(struct call *call, enum price_verdict verdict, const char *row,
                        int64_t now_us)
{
    char now[CLOCK_TEXT_SIZE];
    if (verdict == PRICE_ACCEPTED)
        return 0;
    if (verdict == PRICE_IN_THE_PAST)
        return call_refuse(call, price_refusal(verdict),
                           REFUSAL_TERMS({"row", row}, {"now", clock_format(now_us, now)}));
    return call_refuse(call, price_refusal(verdict), REFUSAL_TERMS({"row", row}));
}

/* That it is sold no more may be said of a SKU and a region that are retired, too. */
static int hold_catalogue(struct mutation *mutation, const struct dated_price *price)
{
    bool sells = price->price.model != PRICE_NONE, found = false;
    struct sku sku = {0};
    struct region region = {0};
    int no = sku_store_lock(mutation->transaction, price->place.sku_id, &sku, &found);
    enum catalogue_verdict verdict =
        catalogue_find_decide(CATALOGUE_SKU, found, sells ? sku.retired_us : 0);
    if (no == 0 && verdict == CATALOGUE_ACCEPTED &&
        strcmp(price->place.region_id, PRICE_EVERYWHERE) != 0) {
        no = region_store_lock(mutation->transaction, price->place.region_id, &region, &found);
        verdict = catalogue_find_decide(CATALOGUE_REGION, found, sells ? region.retired_us : 0);
    }
    return no != 0 || verdict == CATALOGUE_ACCEPTED
               ? no
               : call_refuse(mutation->call, catalogue_refusal(verdict), NO_TERMS);
}

static int set_price(struct mutation *mutation, const char *row, struct dated_price *price)
{
    struct price_begin begin = {
        .from_us = price->from_us, .now_us = mutation->now_us, .count_max = PRICES_OF_PLACE_MAX};
    int no = price_store_read_place(mutation->transaction, &price->place, &begin);
    if (no == 0 && begin.has_book)
        no = hold_catalogue(mutation, price);
    if (no == 0)
        no = refuse_begin(mutation->call, price_begin_decide(&begin), row, mutation->now_us);
    return no != 0 ? no : price_store_insert(mutation->transaction, price);
}

static int set_prices(struct mutation *mutation, const struct set_prices *request,
                      Ledger__V1__SetPricesResponse *response)
{
    struct call *call = mutation->call;
    struct arena *arena = call_arena(call);
    int no = price_store_take_revision(mutation->transaction);
    response->prices = arena_alloc_array(arena, request->n_prices, sizeof *response->prices);
    response->n_prices = 0;
    for (size_t i = 0; i < request->n_prices && no == 0; i++) {
        struct dated_price price;
        price_read(call, "prices", request->prices[i], &price);
        price.price_id = id_new(mutation->now_us);
        price.place.book_id = request->price_book_id;
        price.from_us = price.from_us != 0 ? price.from_us : mutation->now_us;
        price.created_us = mutation->now_us;
        no = set_price(mutation, arena_printf(arena, "%zu", i), &price);
        response->prices[response->n_prices++] = price_to_message(arena, &price);
    }
    return no;
}

static ProtobufCMessage *price_row(struct call *call, const void *row)
{
    return &price_to_message(call_arena(call), row)->base;
}

static int list_prices(struct call *call, const struct list_prices *request,
                       Ledger__V1__ListPricesResponse *response)
{
    struct price_list list;
    const struct price_page page = {.before_id = request->before_id,
                                    .book_id = request->price_book_id,
                                    .sku_id = request->sku_id,
                                    .region_id = request->region_id,
                                    .from_us = request->has_start_time ? request->start_us
                                                                       : clock_now_us(),
                                    .until_us = request->end_us,
                                    .limit = page_limit(request->page_size)};
    int no = price_store_list(reader(call), &page, &list);
    return no != 0
               ? no
               : page_answer(call,
                             PAGE(request->page_size, list.items, list.count, price_id, price_row),
                             &response->base);
}

/* ---- by which book an account buys ---- */

static enum failure note(struct mutation *mutation, const struct assign_price_book *request,
                         const struct locked_account *locked)
{
    return account_note(mutation, locked,
                        (struct noted_act){.company_id = request->company_id,
                                           .account_id = request->account_id,
                                           .action = "assign_price_book",
                                           .currency = "",
                                           .remark = request->price_book_id});
}

static enum failure assign_price_book_refused(struct mutation *mutation,
                                              const struct assign_price_book *request)
{
    return note(mutation, request, NULL);
}

static int assign_price_book(struct mutation *mutation, const struct assign_price_book *request,
                             Ledger__V1__AssignPriceBookResponse *response)
{
    struct arena *arena = call_arena(mutation->call);
    struct locked_account locked;
    const struct price_assignment assignment = {request->account_id, request->price_book_id,
                                                request->has_effective_time ? request->effective_us
                                                                            : mutation->now_us};
    struct price_begin begin = {.from_us = assignment.since_us,
                                .now_us = mutation->now_us,
                                .count_max = PRICE_ASSIGNMENTS_MAX};
    int no = account_store_lock(mutation->transaction, request->company_id, request->account_id,
                                &locked);
    if (no == 0 && !locked.found)
        no = call_refuse(mutation->call, &account_unknown, NO_TERMS);
    if (no == 0)
        no = price_store_take_revision(mutation->transaction);
    if (no == 0)
        no = price_store_read_assignments(mutation->transaction, &assignment, &begin);
    if (no == 0)
        no = refuse_begin(mutation->call, price_begin_decide(&begin), "0", mutation->now_us);
    if (no == 0)
        no = price_store_assign(mutation->transaction, &assignment);
    response->price_book_id = arena_strdup(
        arena, text_is_empty(request->price_book_id) ? PRICE_BOOK_OF_LIST : request->price_book_id);
    response->effective_start_time = timestamp_from_us(arena, assignment.since_us);
    return no != 0 ? no : note(mutation, request, &locked);
}
