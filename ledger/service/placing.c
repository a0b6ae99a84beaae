#include "ledger/service/placing.h"

#include "ledger/domain/order_kind.h"
#include "ledger/store/place_store.h"
#include "runtime/base/text.h"

static struct place alone(struct id account_id)
{
    return (struct place){.chain_id = account_id, .scope_id = account_id};
}

/* Other texts than ids are left to who reads the message. A chain that is none of the account's own
 * is believed: whoever looks there finds the account or does not. */
static int find(struct call *call, const char *account_text, const char *company_text,
                struct place *place, bool *is_found)
{
    struct ledger *ledger = call_context(call);
    struct id account_id, company_id;
    bool is_empty = text_is_empty(company_text);
    *is_found = false;
    if (!id_parse(account_text, &account_id) || id_is_nil(account_id) ||
        (!is_empty && (!id_parse(company_text, &company_id) || !id_equal(company_id, account_id))))
        return 0;
    const struct places_wanted wanted = {&account_id, 1, false};
    int no = place_store_find(reader_of(call_task(call), ledger->database), ledger->places, &wanted,
                              place);
    if (no == 0 && !place->is_found)
        *place = alone(account_id);
    *is_found = no == 0;
    return no;
}

static void set(struct call *call, struct id id, char **text)
{
    *text = arena_alloc(call_arena(call), ID_TEXT_SIZE);
    id_format(id, *text);
}

int placing_chain(struct call *call, const char *account_id, char **company_id)
{
    struct place place;
    bool is_found;
    int no = find(call, account_id, *company_id, &place, &is_found);
    if (is_found)
        set(call, place.chain_id, company_id);
    return no;
}

int placing_scope(struct call *call, const char *account_id, char **company_id)
{
    struct place place;
    bool is_found;
    int no = find(call, account_id, *company_id, &place, &is_found);
    if (is_found)
        set(call, place.scope_id, company_id);
    return no;
}

int placing_name(struct call *call, const char *account_id, char **company_id)
{
    if (text_is_empty(*company_id))
        *company_id = arena_strdup(call_arena(call), account_id);
    return 0;
}

int placing_turn(struct call *call, struct id account_id, struct id *company_id)
{
    struct ledger *ledger = call_context(call);
    struct place place = {.is_found = false};
    const struct places_wanted wanted = {&account_id, 1, false};
    if (!id_equal(*company_id, account_id))
        return 0;
    int no = place_store_find(reader_of(call_task(call), ledger->database), ledger->places, &wanted,
                              &place);
    if (no == 0 && place.is_found)
        *company_id = place.chain_id;
    return no;
}

/* ---- orders ---- */

static bool is_sought(const struct order *order)
{
    return order->by_sub_account || id_is_nil(order->scope_id) ||
           id_equal(order->scope_id, order->account_id);
}

static void put(struct order *order, const struct place *place)
{
    struct place found = place->is_found ? *place : alone(order->account_id);
    order->is_placed = place->is_found;
    order->company_id = found.chain_id;
    if (!order->by_sub_account)
        order->scope_id = found.scope_id;
}

static enum failure place_accounts(struct task *task, struct ledger *ledger,
                                   struct batch_item *items, size_t count)
{
    struct arena_mark mark = arena_mark(task_arena(task));
    struct id *accounts = arena_alloc_array(task_arena(task), count, sizeof *accounts);
    struct place *places = arena_alloc_array(task_arena(task), count, sizeof *places);
    size_t sought = 0;
    for (size_t i = 0; i < count; i++) {
        struct order *order = &items[i].order;
        if (!is_sought(order))
            order->company_id = order->scope_id;
        else if (sought == 0 || !id_equal(accounts[sought - 1], order->account_id))
            accounts[sought++] = order->account_id;
    }
    const struct places_wanted wanted = {accounts, sought, true};
    enum failure failure =
        place_store_find(reader_of(task, ledger->database), ledger->places, &wanted, places);
    for (size_t i = 0, next = 0; failure == FAILURE_NONE && i < count; i++) {
        struct order *order = &items[i].order;
        if (!is_sought(order))
            continue;
        next += !id_equal(accounts[next], order->account_id);
        put(order, &places[next]);
    }
    arena_rewind(task_arena(task), mark);
    return failure;
}

static bool is_of_counterparty(const struct order *order)
{
    return order_has(order, NEEDS_SOURCE_LOTS);
}

/* Money is taken back in the chain where it is (settled 11). */
static enum failure place_revokes(struct task *task, struct ledger *ledger,
                                  struct batch_item *items, size_t count)
{
    struct arena_mark mark = arena_mark(task_arena(task));
    struct id *accounts = arena_alloc_array(task_arena(task), count, sizeof *accounts);
    struct place *places = arena_alloc_array(task_arena(task), count, sizeof *places);
    size_t sought = 0;
    for (size_t i = 0; i < count; i++)
        if (is_of_counterparty(&items[i].order))
            accounts[sought++] = items[i].order.counterparty_id;
    const struct places_wanted wanted = {accounts, sought, true};
    enum failure failure =
        place_store_find(reader_of(task, ledger->database), ledger->places, &wanted, places);
    for (size_t i = 0, next = 0; failure == FAILURE_NONE && i < count; i++)
        if (is_of_counterparty(&items[i].order) && places[next++].is_found)
            items[i].order.company_id = places[next - 1].chain_id;
    arena_rewind(task_arena(task), mark);
    return failure;
}

enum failure placing_orders(struct task *task, struct ledger *ledger, struct batch_item *items,
                            size_t count)
{
    enum failure failure = place_accounts(task, ledger, items, count);
    return failure == FAILURE_NONE ? place_revokes(task, ledger, items, count) : failure;
}
