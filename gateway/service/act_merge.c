#include "gateway/service/act_merge.h"

#include <assert.h>
#include <string.h>

#include "gateway/domain/refusals.h"
#include "gateway/peers/ledger_act_peer.h"
#include "runtime/rpc/page.h"
#include "runtime/database/act_log.h"
#include "runtime/events/act_log_service.h"

#define ASKED_BEYOND 15 /* pages of sources for one page of the list, beyond one of each */
#define END "-"         /* in a cursor, of a source that has no more */
#define BETWEEN ";"
#define COMPANIES_BETWEEN ","
#define PLACE_BEHIND "="

/* The ledger keeps the acts of its chains by itself, and those of the catalogue as the others do.
 */
enum context { IDENTITY, PAYMENTS, LEDGER, SHARING, GATEWAY, CATALOGUE, CONTEXT_COUNT };

/* A context, or a company in the ledger, on its way through the list. */
struct source {
    enum context context;
    const char *company_id;    /* of the ledger's */
    struct peer_act_page page; /* in hand */
    size_t taken;              /* of it */
    const char *cursor;        /* behind what was taken; END: no more */
    bool is_missing;
};

struct merge {
    struct exchange *exchange;
    const struct act_question *question;
    struct source sources[CONTEXT_COUNT - 1 + ACT_COMPANIES_MAX];
    size_t count;
    size_t asked;
};

/* ---- the cursor: one of each context, in this order; the ledger's has one of each company, and of
 * the catalogue there is none when it has no more ---- */

static const char *const names[CONTEXT_COUNT] = {"identity", "payments", "ledger",
                                                 "sharing",  "gateway",  "ledger"};
static_assert((int)CATALOGUE == ACT_CONTEXTS, "each context but the ledger has one part");

static void add_source(struct merge *merge, enum context context, const char *company_id,
                       const char *cursor)
{
    assert(merge->count < sizeof merge->sources / sizeof *merge->sources);
    merge->sources[merge->count++] =
        (struct source){.context = context, .company_id = company_id, .cursor = cursor};
}

/* Whether it is the chain that one of the accounts had alone (decision 17). */
static bool was_alone_there(const struct act_question *question, struct id chain_id)
{
    for (size_t i = 0; i < question->scope_count; i++)
        if (id_equal(question->asked.account_ids[i], chain_id))
            return true;
    return false;
}

static bool is_of_question(const struct act_question *question, const char *company_id)
{
    struct id id;
    for (size_t i = 0; i < question->company_count; i++)
        if (text_equal(question->company_ids[i], company_id))
            return true;
    return id_parse(company_id, &id) && was_alone_there(question, id);
}

/* A company that is not in the cursor has no more, or was not among them when the list began. */
static bool companies_read(struct merge *merge, char *part)
{
    size_t count = 0;
    while (!text_is_empty(part)) {
        char *cursor = strsep(&part, COMPANIES_BETWEEN);
        const char *company_id = strsep(&cursor, PLACE_BEHIND);
        if (cursor == NULL || ++count > ACT_COMPANIES_MAX)
            return false;
        if (is_of_question(merge->question, company_id))
            add_source(merge, LEDGER, company_id, cursor);
    }
    return true;
}

static bool cursor_read(struct merge *merge, const char *text)
{
    char *rest = arena_strdup(call_arena(merge->exchange->call), text);
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        bool is_over = context == CATALOGUE && rest == NULL;
        char *part = is_over ? (char *)(uintptr_t)END : strsep(&rest, BETWEEN);
        if (part == NULL)
            return false;
        if (context != LEDGER)
            add_source(merge, context, "", part);
        else if (!companies_read(merge, part))
            return false;
    }
    return rest == NULL;
}

static void begin(struct merge *merge)
{
    const struct act_question *question = merge->question;
    for (enum context context = 0; context < CONTEXT_COUNT; context++) {
        if (context != LEDGER)
            add_source(merge, context, "", "");
        for (size_t i = 0; context == LEDGER && i < question->company_count; i++)
            add_source(merge, LEDGER, question->company_ids[i], "");
    }
}

static bool is_at_end(const struct source *source)
{
    return text_equal(source->cursor, END);
}

static const char *companies_write(const struct merge *merge)
{
    const char *text = "";
    for (size_t i = 0; i < merge->count; i++) {
        const struct source *source = &merge->sources[i];
        if (source->context == LEDGER && !is_at_end(source))
            text = arena_printf(call_arena(merge->exchange->call), "%s%s%s" PLACE_BEHIND "%s", text,
                                text_is_empty(text) ? "" : COMPANIES_BETWEEN, source->company_id,
                                source->cursor);
    }
    return text;
}

static const char *context_write(const struct merge *merge, enum context context)
{
    for (size_t i = 0; i < merge->count; i++)
        if (merge->sources[i].context == context)
            return merge->sources[i].cursor;
    return "";
}

static char *cursor_write(const struct merge *merge)
{
    struct arena *arena = call_arena(merge->exchange->call);
    const char *text = "";
    bool goes_on = false;
    for (size_t i = 0; i < merge->count; i++)
        goes_on |= !is_at_end(&merge->sources[i]) && !merge->sources[i].is_missing;
    for (enum context context = 0; context < ACT_CONTEXTS; context++)
        text = arena_printf(arena, "%s%s%s", text, context == 0 ? "" : BETWEEN,
                            context == LEDGER ? companies_write(merge)
                                              : context_write(merge, context));
    const char *catalogue = context_write(merge, CATALOGUE);
    if (!text_equal(catalogue, END))
        text = arena_printf(arena, "%s" BETWEEN "%s", text, catalogue);
    return goes_on ? page_token_of_text(merge->exchange->call, text) : arena_strdup(arena, "");
}

/* ---- asking ---- */

static enum failure ask_own(const struct merge *merge, const struct peer_act_question *asked,
                            struct peer_act_page *page)
{
    struct arena *arena = call_arena(merge->exchange->call);
    const struct act_reading reading = {
        .filter = {.accounts = id_array(asked->account_ids, asked->account_count),
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
    *page = (struct peer_act_page){.count = own.count,
                                   .cursor = own.cursor,
                                   .is_last = own.is_last,
                                   .began_again = own.began_again};
    page->acts = arena_alloc_array(arena, own.count + 1, sizeof *page->acts);
    for (size_t i = 0; i < own.count; i++)
        page->acts[i] = act_message(arena, &own.acts[i]);
    return FAILURE_NONE;
}

static enum failure ask(const struct merge *merge, const struct source *source,
                        struct peer_act_page *page, struct rpc_status *status)
{
    const struct gateway *gateway = merge->exchange->gateway;
    struct rpc_client *const peers[] = {[IDENTITY] = gateway->identity,
                                        [PAYMENTS] = gateway->payments,
                                        [LEDGER] = gateway->ledger,
                                        [SHARING] = gateway->sharing,
                                        [CATALOGUE] = gateway->ledger};
    struct peer_act_question asked = merge->question->asked;
    asked.cursor = source->cursor;
    *status = (struct rpc_status){.code = CODE_OK};
    if (source->context == GATEWAY)
        return ask_own(merge, &asked, page);
    struct peer_call call = {call_task(merge->exchange->call), peers[source->context], status};
    return source->context == LEDGER ? ledger_act_list(call, source->company_id, &asked, page)
                                     : act_list(call, &asked, page);
}

/* A context that cannot be asked is told of, one way or the other. */
static int miss(struct merge *merge, struct source *source)
{
    if (!merge->question->allows_missing)
        return call_refuse(merge->exchange->call, &acts_incomplete,
                           REFUSAL_TERMS({"context", names[source->context]}));
    source->is_missing = true;
    return 0;
}

static int take_in_hand(struct merge *merge, struct source *source)
{
    struct rpc_status status;
    enum failure failure = ask(merge, source, &source->page, &status);
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
    if (source->page.began_again)
        return call_refuse(merge->exchange->call, &acts_began_again,
                           REFUSAL_TERMS({"context", names[source->context]}));
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
    return source->is_missing || is_at_end(source);
}

/* All that go on have an act in hand, unless too much was asked already. */
static int fill(struct merge *merge, bool *is_full)
{
    int no = 0;
    *is_full = true;
    for (size_t i = 0; no == 0 && i < merge->count; i++) {
        struct source *source = &merge->sources[i];
        while (no == 0 && !has_act(source) && !is_over(source) &&
               merge->asked < merge->count + ASKED_BEYOND)
            no = take_in_hand(merge, source);
        *is_full &= has_act(source) || is_over(source);
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
    for (size_t i = 0; i < merge->count; i++) {
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
    act->context = (char *)(uintptr_t)names[source->context];
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

/* Each context once. */
static void name_missing(const struct merge *merge, struct act_answer *answer)
{
    for (enum context context = 0; context < ACT_CONTEXTS; context++) {
        bool is_missing = context == LEDGER && !merge->question->ledger_is_asked;
        for (size_t i = 0; i < merge->count; i++)
            is_missing |= text_equal(names[merge->sources[i].context], names[context]) &&
                          merge->sources[i].is_missing;
        if (is_missing)
            answer->missing[answer->missing_count++] = (char *)(uintptr_t)names[context];
    }
}

int act_merge(struct exchange *exchange, const struct act_question *question,
              struct act_answer *answer)
{
    struct merge merge = {.exchange = exchange, .question = question};
    *answer = (struct act_answer){.acts = arena_alloc_array(call_arena(exchange->call),
                                                            question->asked.limit + 1,
                                                            sizeof *answer->acts)};
    if (text_is_empty(question->asked.cursor))
        begin(&merge);
    else if (!cursor_read(&merge, question->asked.cursor))
        return call_invalid(exchange->call, "page_token", FAULT_NOT_A_CURSOR,
                            "The next_page_token of an answer, or nothing.");
    int no = merge_all(&merge, answer);
    answer->next_page_token = cursor_write(&merge);
    name_missing(&merge, answer);
    return no;
}
