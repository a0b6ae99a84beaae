#include <inttypes.h>
#include <stdio.h>

#include "ledger/jobs/chain_watch.h"
#include "ledger/ledger_message.h"
#include "ledger/service/event_rpc.h"
#include "ledger/service/history.h"
#include "ledger/store/place_store.h"
#include "runtime/base/text.h"
#include "runtime/loop/aside.h"
#include "runtime/rpc/timestamp.h"

/* The chain is the feed: a place in it is given out under the lock that is held until the commit,
 * so who has seen place n has seen everything before it, whatever commits when. */
#define WATCH_SPAN 200
#define WATCH_POSTINGS_MAX 8

struct watch {
    struct id company_id; /* the chain that is read */
    struct id asked_id;
    struct id account_id; /* nil: every account's */
    int64_t after_sequence;
    bool until_now;
    bool is_left; /* the account left a chain of its own for this one (decision 17) */
};

/* How cursors begin in a chain whose account has left another with entries. */
#define IN_COMPANY "c"

static Ledger__V1__Posting *posting_to_message(struct arena *arena,
                                               const struct ledger_list_changes_row *row)
{
    Ledger__V1__Posting *posting = message_new(arena, &ledger__v1__posting__descriptor);
    posting->sequence = row->sequence;
    posting->kind = history_kind_to_wire(row->kind);
    posting->account_id = id_to_message(arena, row->posting_account_id);
    posting->book = (Ledger__V1__Book)row->posting_book;
    posting->amount_micros = row->posting_amount_micros;
    posting->balance_micros = row->posting_balance_micros;
    return posting;
}

/* The change that begins at *row; moves *row behind it. */
static Ledger__V1__Change *change_to_message(struct arena *arena, struct id company_id,
                                             const struct rows *rows, size_t *row)
{
    Ledger__V1__Change *change = message_new(arena, &ledger__v1__change__descriptor);
    Ledger__V1__Posting **postings = arena_alloc_array(arena, WATCH_POSTINGS_MAX, sizeof *postings);
    struct ledger_list_changes_row found = ledger_list_changes_row(rows, *row);
    change->sequence = found.sequence;
    change->entry_id = entry_id_to_message(arena, company_id, change->sequence);
    change->kind = history_kind_to_wire(found.kind);
    change->account_id = id_to_message(arena, found.account_id);
    change->counterparty_account_id =
        found.has_counterparty_id ? id_to_message(arena, found.counterparty_id) : unconst("");
    change->amount_micros = found.amount_micros;
    change->currency = arena_strdup(arena, found.currency);
    change->remark = arena_strdup(arena, found.remark);
    change->tag = arena_strdup(arena, found.tag);
    change->effective_time = timestamp_from_us(arena, found.effective_us);
    change->recorded_time = timestamp_from_us(arena, found.recorded_us);
    change->postings = postings;
    while (found.sequence == change->sequence) {
        if (found.has_posting_account_id && change->n_postings < WATCH_POSTINGS_MAX)
            postings[change->n_postings++] = posting_to_message(arena, &found);
        if (++*row == rows->count)
            break;
        found = ledger_list_changes_row(rows, *row);
    }
    return change;
}

static enum failure send_rows(struct call *call, struct arena *arena, const struct watch *watch,
                              const struct rows *rows)
{
    for (size_t row = 0; row < rows->count;) {
        Ledger__V1__WatchChangesResponse response;
        ledger__v1__watch_changes_response__init(&response);
        char cursor[24];
        response.change = change_to_message(arena, watch->company_id, rows, &row);
        if (!text_print(cursor, sizeof cursor, "%s%" PRId64, watch->is_left ? IN_COMPANY : "",
                        response.change->sequence))
            return FAILURE_INTERNAL;
        response.cursor = cursor;
        enum failure failure =
            arena_exhausted(arena) ? FAILURE_EXHAUSTED : call_send(call, &response.base);
        if (failure != FAILURE_NONE)
            return failure;
    }
    return FAILURE_NONE;
}

/* One look at the chain. */
struct change_reading {
    struct ledger *ledger;
    struct watch *watch;
    struct rows rows;
    struct arena *arena;
    int64_t seen_sequence;
};

static enum failure look_at_chain(struct task *task, void *argument)
{
    struct change_reading *look = argument;
    const struct watch *watch = look->watch;
    int64_t length = 0;
    look->arena = task_arena(task);
    enum failure failure = history_store_chain_length(reader_of(task, look->ledger->database),
                                                      watch->company_id, &length);
    look->seen_sequence =
        length < watch->after_sequence + WATCH_SPAN ? length : watch->after_sequence + WATCH_SPAN;
    struct history_stretch stretch = {
        .company_id = watch->company_id,
        .account_id = watch->account_id,
        .after_sequence = watch->after_sequence,
        .count = look->seen_sequence -
                 watch->after_sequence}; /* entries booked since are for the next look */
    if (failure == FAILURE_NONE && stretch.count > 0)
        failure = history_store_list_changes(reader_of(task, look->ledger->database), &stretch,
                                             &look->rows);
    return failure;
}

static enum failure look_once(struct call *call, struct ledger *ledger, struct watch *watch,
                              bool *moved)
{
    struct change_reading look = {.ledger = ledger, .watch = watch};
    struct aside aside = {.work = look_at_chain, .argument = &look};
    enum failure failure = aside_do(call_task(call), &aside, "ledger_watch", 4 * 1024 * 1024);
    if (failure == FAILURE_NONE)
        failure = send_rows(call, look.arena, watch, &look.rows);
    aside_end(call_task(call), &aside);
    *moved = failure == FAILURE_NONE && look.seen_sequence > watch->after_sequence;
    if (*moved)
        watch->after_sequence = look.seen_sequence;
    return failure;
}

/* In a chain that is named like it: perhaps it moves. */
static bool may_move(const struct watch *watch)
{
    return id_equal(watch->company_id, watch->asked_id);
}

static enum failure find_next(struct reader reader, struct ledger *ledger, struct watch *watch,
                              bool *moved)
{
    const struct places_wanted wanted = {&watch->asked_id, 1, false};
    struct place place = {.is_found = false};
    enum failure failure = place_store_find(reader, ledger->places, &wanted, &place);
    if (failure != FAILURE_NONE || !place.is_found || id_equal(place.chain_id, watch->company_id))
        return failure;
    watch->company_id = place.chain_id;
    watch->after_sequence = 0;
    *moved = true;
    return place_store_find_left(reader, ledger->places, watch->asked_id, &watch->is_left);
}

/* At the end of the chain; *moved stays false when there is nowhere to go on. */
static enum failure go_on(struct call *call, struct ledger *ledger, struct watch *watch,
                          bool *moved)
{
    if (!may_move(watch))
        return FAILURE_NONE;
    struct arena_mark mark = arena_mark(task_arena(call_task(call))); /* a watcher stays for long */
    enum failure failure =
        find_next(reader_of(call_task(call), ledger->database), ledger, watch, moved);
    arena_rewind(task_arena(call_task(call)), mark);
    return failure;
}

static bool parse_cursor(const char *cursor, struct watch *watch)
{
    int end = 0;
    watch->is_left = cursor[0] == IN_COMPANY[0];
    cursor += watch->is_left;
    return (cursor[0] == '\0' && !watch->is_left) ||
           (text_is_clean(cursor, 18) &&
            sscanf(cursor, "%18" SCNd64 "%n", &watch->after_sequence, &end) == 1 &&
            cursor[end] == '\0' && watch->after_sequence >= 0);
}

/* Other cursors of an account that has left a chain are of that one, where all began. */
static int find_begin(struct call *call, struct watch *watch)
{
    struct ledger *ledger = call_context(call);
    bool has_left = false;
    int no = place_store_find_left(reader_of(call_task(call), ledger->database), ledger->places,
                                   watch->asked_id, &has_left);
    if (no != 0)
        return no;
    if (has_left && !watch->is_left)
        watch->company_id = watch->asked_id;
    watch->is_left = has_left && watch->is_left;
    return 0;
}

static int read_watch(struct call *call, const Ledger__V1__WatchChangesRequest *request,
                      struct watch *watch)
{
    char *company_id = request->company_id;
    int no = placing_chain(call, request->account_id, &company_id);
    if (no != 0)
        return no;
    *watch = (struct watch){.company_id = field_id(call, "company_id", company_id),
                            .asked_id = field_id(call, "account_id", request->account_id),
                            .until_now = request->until_now};
    if (!request->whole_company)
        watch->account_id = watch->asked_id;
    if (!parse_cursor(request->cursor, watch))
        call_add_field_violation(call, "cursor", FAULT_NOT_A_CURSOR, "is not one of ours");
    return call_has_violations(call) ? call_refuse_violations(call) : find_begin(call, watch);
}

/* A watcher that goes on from the cursor elsewhere misses nothing. */
static enum failure pause_watch(struct call *call, struct ledger *ledger, const struct watch *watch)
{
    struct chain_waiter waiter = {.chain_id = watch->company_id,
                                  .seen_sequence = watch->after_sequence,
                                  .follows_account = may_move(watch)};
    enum failure failure = chain_watch_join(ledger->watch, &waiter);
    if (failure != FAILURE_NONE)
        return failure;
    failure = call_await(call, &waiter.grown);
    chain_watch_leave(&waiter);
    return failure != FAILURE_NONE ? failure : waiter.failure;
}

static int change_service_watch_changes_call(struct call *call)
{
    struct ledger *ledger = call_context(call);
    const ProtobufCMessage *message;
    enum failure failure = call_receive(call, &message);
    if (failure == FAILURE_NONE && message == NULL)
        failure = FAILURE_INVALID;
    if (failure != FAILURE_NONE)
        return failure;
    struct watch watch;
    int no = read_watch(call, (const Ledger__V1__WatchChangesRequest *)message, &watch);
    if (no != 0)
        return no;
    while (failure == FAILURE_NONE) {
        bool moved = false;
        failure = look_once(call, ledger, &watch, &moved);
        if (failure == FAILURE_NONE && !moved)
            failure = go_on(call, ledger, &watch, &moved);
        if (failure == FAILURE_NONE && !moved && watch.until_now)
            return 0;
        if (failure == FAILURE_NONE && !moved)
            failure = pause_watch(call, ledger, &watch);
    }
    return failure;
}
