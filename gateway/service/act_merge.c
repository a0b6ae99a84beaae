#include "gateway/service/act_merge.h"

#include <assert.h>
#include <string.h>

#include "gateway/domain/refusals.h"
#include "gateway/peers/ledger_act_peer.h"
#include "runtime/rpc/page.h"
#include "runtime/database/act_log.h"
#include "runtime/events/act_log_service.h"

#define ASKED_MAX 20 /* pages of contexts for one page of the list */
#define END "-"      /* in a cursor, of a context that has no more */
#define BETWEEN ";"

enum source_kind { IDENTITY, PAYMENTS, LEDGER, SHARING, GATEWAY };

/* A context on its way through the list. */
struct source {
    const char *name;
    struct peer_act_page page; /* in hand */
    size_t taken;              /* of it */
    const char *cursor;        /* behind what was taken; END: no more */
    bool is_missing;
};

struct merge {
    struct exchange *exchange;
    const struct act_question *question;
    struct source sources[ACT_SOURCES];
    size_t asked;
};

/* ---- the cursor: one of each context, in this order ---- */

static const char *const names[ACT_SOURCES] = {"identity", "payments", "ledger", "sharing",
                                               "gateway"};

static bool cursor_read(struct merge *merge, const char *text)
{
    char *rest = arena_strdup(call_arena(merge->exchange->call), text);
    bool is_first = text_is_empty(text);
    for (size_t i = 0; i < ACT_SOURCES; i++) {
        const char *part = is_first ? "" : strsep(&rest, BETWEEN);
        if (part == NULL)
            return false;
        merge->sources[i] = (struct source){.name = names[i], .cursor = part};
    }
    return is_first || rest == NULL;
}

static char *cursor_write(const struct merge *merge)
{
    struct arena *arena = call_arena(merge->exchange->call);
    const char *text = "";
    bool goes_on = false;
    for (size_t i = 0; i < ACT_SOURCES; i++) {
        const struct source *source = &merge->sources[i];
        goes_on |= !text_equal(source->cursor, END) && !source->is_missing;
        text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : BETWEEN, source->cursor);
    }
    return goes_on ? page_token_of_text(merge->exchange->call, text) : arena_strdup(arena, "");
}

/* ---- asking ---- */

static enum failure ask_own(const struct merge *merge, const struct peer_act_question *asked,
                            struct peer_act_page *page)
{
    struct arena *arena = call_arena(merge->exchange->call);
    const struct act_reading reading = {.filter = {.account_id = asked->account_id,
                                                   .principal_id = asked->principal_id,
                                                   .object_id = asked->object_id,
                                                   .action = asked->action,
                                                   .tag = asked->tag,
                                                   .from_us = asked->from_us,
                                                   .until_us = asked->until_us},
                                        .cursor = asked->cursor,
                                        .limit = asked->limit};
    struct act_page own;
    enum failure failure =
        act_read(reader_of(call_task(merge->exchange->call), merge->exchange->gateway->database),
                 &reading, &own);
    if (failure != FAILURE_NONE)
        return failure;
    *page =
        (struct peer_act_page){.count = own.count, .cursor = own.cursor, .is_last = own.is_last};
    page->acts = arena_alloc_array(arena, own.count + 1, sizeof *page->acts);
    for (size_t i = 0; i < own.count; i++)
        page->acts[i] = act_message(arena, &own.acts[i]);
    return FAILURE_NONE;
}

static enum failure ask(const struct merge *merge, size_t kind, struct peer_act_page *page,
                        struct rpc_status *status)
{
    const struct gateway *gateway = merge->exchange->gateway;
    struct rpc_client *const peers[] = {[IDENTITY] = gateway->identity,
                                        [PAYMENTS] = gateway->payments,
                                        [LEDGER] = gateway->ledger,
                                        [SHARING] = gateway->sharing};
    struct peer_act_question asked = merge->question->asked;
    asked.cursor = merge->sources[kind].cursor;
    *status = (struct rpc_status){.code = CODE_OK};
    if (kind == GATEWAY)
        return ask_own(merge, &asked, page);
    struct peer_call call = {call_task(merge->exchange->call), peers[kind], status};
    return kind == LEDGER ? ledger_act_list(call, merge->question->company_id, &asked, page)
                          : act_list(call, &asked, page);
}

/* A context that cannot be asked is told of, one way or the other. */
static int miss(struct merge *merge, struct source *source)
{
    if (!merge->question->allows_missing)
        return call_refuse(merge->exchange->call, &acts_incomplete,
                           REFUSAL_TERMS({"context", source->name}));
    source->is_missing = true;
    return 0;
}

static int take_in_hand(struct merge *merge, size_t kind)
{
    struct source *source = &merge->sources[kind];
    struct rpc_status status;
    enum failure failure = ask(merge, kind, &source->page, &status);
    merge->asked++;
    if (failure == FAILURE_INVALID || status.code == CODE_INVALID_ARGUMENT)
        return call_invalid(merge->exchange->call, "page_token", FAULT_NOT_A_CURSOR,
                            "The next_page_token of an answer, or nothing.");
    if (failure == FAILURE_CANCELLED || failure == FAILURE_DEADLINE || failure == FAILURE_EXHAUSTED)
        return failure;
    source->taken = 0;
    if (failure != FAILURE_NONE || status.code != CODE_OK) {
        source->page = (struct peer_act_page){.cursor = source->cursor};
        return miss(merge, source);
    }
    if (source->page.count == 0)
        source->cursor = source->page.is_last ? END : source->page.cursor;
    return 0;
}

/* ---- merging ---- */

static bool has_act(const struct source *source)
{
    return source->taken < source->page.count;
}

static bool is_over(const struct source *source)
{
    return source->is_missing || text_equal(source->cursor, END);
}

/* All that go on have an act in hand, unless too much was asked already. */
static int fill(struct merge *merge, bool *is_full)
{
    int no = 0;
    *is_full = true;
    for (size_t i = 0; no == 0 && i < ACT_SOURCES; i++) {
        while (no == 0 && !has_act(&merge->sources[i]) && !is_over(&merge->sources[i]) &&
               merge->asked < ASKED_MAX)
            no = take_in_hand(merge, i);
        *is_full &= has_act(&merge->sources[i]) || is_over(&merge->sources[i]);
    }
    return no;
}

static bool is_later(const Act__V1__Act *one, const Act__V1__Act *other)
{
    const Google__Protobuf__Timestamp *a = one->act_time, *b = other->act_time;
    return a->seconds != b->seconds ? a->seconds > b->seconds : a->nanos > b->nanos;
}

/* NULL: none has one. */
static struct source *latest(struct merge *merge)
{
    struct source *found = NULL;
    for (size_t i = 0; i < ACT_SOURCES; i++) {
        struct source *source = &merge->sources[i];
        if (has_act(source) && (found == NULL || is_later(source->page.acts[source->taken],
                                                          found->page.acts[found->taken])))
            found = source;
    }
    return found;
}

static Act__V1__Act *take(struct source *source)
{
    assert(has_act(source));
    Act__V1__Act *act = source->page.acts[source->taken++];
    source->cursor = act->cursor;
    if (!has_act(source))
        source->cursor = source->page.is_last ? END : source->page.cursor;
    act->context = (char *)(uintptr_t)source->name;
    act->cursor = (char *)(uintptr_t) "";
    return act;
}

static int merge_all(struct merge *merge, struct act_answer *answer)
{
    bool is_full = true;
    int no = fill(merge, &is_full);
    for (struct source *source; no == 0 && is_full &&
                                answer->count < merge->question->asked.limit &&
                                (source = latest(merge)) != NULL;) {
        answer->acts[answer->count++] = take(source);
        no = fill(merge, &is_full);
    }
    return no;
}

/* An account that was never opened there has no acts in it. */
static void skip_ledger(struct merge *merge)
{
    struct source *ledger = &merge->sources[LEDGER];
    ledger->is_missing = !merge->question->ledger_is_asked;
    if (text_is_empty(merge->question->company_id))
        ledger->cursor = END;
}

int act_merge(struct exchange *exchange, const struct act_question *question,
              struct act_answer *answer)
{
    struct merge merge = {.exchange = exchange, .question = question};
    *answer = (struct act_answer){.acts = arena_alloc_array(call_arena(exchange->call),
                                                            question->asked.limit + 1,
                                                            sizeof *answer->acts)};
    if (!cursor_read(&merge, question->asked.cursor))
        return call_invalid(exchange->call, "page_token", FAULT_NOT_A_CURSOR,
                            "The next_page_token of an answer, or nothing.");
    skip_ledger(&merge);
    int no = merge_all(&merge, answer);
    answer->next_page_token = cursor_write(&merge);
    for (size_t i = 0; i < ACT_SOURCES; i++)
        if (merge.sources[i].is_missing)
            answer->missing[answer->missing_count++] = (char *)(uintptr_t)names[i];
    return no;
}
