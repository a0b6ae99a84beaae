#include "gateway/service/ceiling.h"

#include <assert.h>
#include <string.h>

#include "gateway/service/approval.h"
#include "gateway/service/ceiling_cache.h"
#include "gateway/service/ceiling_refusal.h"
#include "runtime/rpc/message_field.h"
#include "gateway/store/ceiling_store.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/rpc/status.h"

/* ---- accounts without ceilings ---- */

static enum failure know_generation(struct exchange *exchange)
{
    struct ceiling_cache *cache = exchange->gateway->ceilings;
    int64_t asked_us = clock_monotonic_us(), generation;
    if (ceiling_cache_is_fresh(cache, asked_us))
        return FAILURE_NONE;
    enum failure failure = ceiling_store_generation(
        reader_of(call_task(exchange->call), exchange->gateway->database), &generation);
    if (failure == FAILURE_NONE)
        ceiling_cache_move(cache, generation, asked_us);
    return failure;
}

static enum failure look(struct exchange *exchange, struct id account_id, bool *has)
{
    struct ceiling_cache *cache = exchange->gateway->ceilings;
    enum failure failure = know_generation(exchange);
    *has = false;
    if (failure != FAILURE_NONE || ceiling_cache_has_none(cache, account_id))
        return failure;
    int64_t generation = cache->generation;
    failure = ceiling_store_any(reader_of(call_task(exchange->call), exchange->gateway->database),
                                account_id, has);
    if (failure == FAILURE_NONE && !*has)
        ceiling_cache_keep_none(cache, account_id, generation);
    return failure;
}

/* ---- the decision ---- */

struct counting {
    struct exchange *exchange;
    struct ceiling_act *acts;
    size_t count;
    struct ceiling_user user;
    int64_t now_us;
};

static struct bytes digest_of(struct arena *arena, const ProtobufCMessage *request)
{
    uint8_t *digest = arena_alloc(arena, CEILING_DIGEST_SIZE);
    struct bytes packed = ceiling_pack(arena, request);
    sha256(packed.data, packed.size, digest);
    return (struct bytes){digest, CEILING_DIGEST_SIZE};
}

static struct ceiling_acts acts_new(struct arena *arena, size_t count)
{
    return (struct ceiling_acts){
        .request_ids = arena_alloc_array(arena, count, sizeof(struct id)),
        .digests = arena_alloc_array(arena, count, sizeof(struct bytes)),
        .actions = arena_alloc_array(arena, count, sizeof(char *)),
        .amount_micros = arena_alloc_array(arena, count, sizeof(int64_t)),
    };
}

static void add(struct ceiling_acts *acts, struct arena *arena, const ProtobufCMessage *request)
{
    struct money_act money = ceiling_money(request);
    acts->request_ids[acts->count] = ceiling_request_id(request);
    acts->digests[acts->count] = digest_of(arena, request);
    acts->actions[acts->count] = money_action_name(money.action);
    acts->amount_micros[acts->count++] = money.amount_micros;
}

static bool same_digest(struct bytes one, struct bytes other)
{
    return one.size == other.size && memcmp(one.data, other.data, one.size) == 0;
}

/* The digest under which the request was counted; NULL: it was not. */
static const struct bytes *find_counted(const struct ceiling_acts *counted, struct id request_id)
{
    for (size_t i = 0; i < counted->count; i++)
        if (id_equal(counted->request_ids[i], request_id))
            return &counted->digests[i];
    return NULL;
}

/* Whether it is to be counted now. */
static bool decide(const struct exchange *exchange, const struct ceilings *ceilings,
                   struct ceiling_act *act, int64_t used_micros[MONEY_ACTION_COUNT])
{
    struct money_act money = ceiling_money(act->request);
    const struct access_holder holder = exchange_holder(exchange);
    act->bound = ceiling_of(ceilings, act->route, &money, &holder);
    act->used_micros = used_micros[money.action];
    act->verdict = ceiling_decide_act(&money, &act->bound, act->used_micros);
    if (act->verdict != CEILING_KEPT)
        return false;
    if (!amount_add(used_micros[money.action], money.amount_micros, &used_micros[money.action]))
        return false; /* of somebody without a ceiling: the sum stays where it is */
    return true;
}

static enum failure decide_all(struct counting *counting, struct transaction *transaction,
                               const struct ceilings *ceilings)
{
    struct arena *arena = call_arena(counting->exchange->call);
    struct ceiling_acts asked = acts_new(arena, counting->count),
                        counted = acts_new(arena, counting->count),
                        kept = acts_new(arena, counting->count);
    int64_t used_micros[MONEY_ACTION_COUNT];
    for (size_t i = 0; i < counting->count; i++)
        add(&asked, arena, counting->acts[i].request);
    enum failure failure = ceiling_store_used_now(transaction, &counting->user, used_micros);
    if (failure == FAILURE_NONE)
        failure = ceiling_store_counted(transaction, &counting->user, &asked, &counted);
    for (size_t i = 0; i < counting->count && failure == FAILURE_NONE; i++) {
        struct ceiling_act *act = &counting->acts[i];
        const struct bytes *known = find_counted(&counted, asked.request_ids[i]);
        if (known == NULL)
            known = find_counted(&kept, asked.request_ids[i]);
        act->verdict = CEILING_KEPT;
        act->is_other_request = known != NULL && !same_digest(*known, asked.digests[i]);
        if (known == NULL && decide(counting->exchange, ceilings, act, used_micros))
            add(&kept, arena, act->request);
    }
    return failure == FAILURE_NONE && kept.count > 0
               ? ceiling_store_count(transaction, &counting->user, &kept, counting->now_us)
               : failure;
}

/* An act that waits for approvers counts from now on, so that the day's sum knows of it. */
static enum failure ask(struct counting *counting, struct transaction *transaction,
                        int64_t approvers, struct ceiling_act *act)
{
    struct arena *arena = call_arena(counting->exchange->call);
    enum failure failure =
        approval_ask(transaction, counting->exchange, &counting->user, approvers, act);
    if (failure != FAILURE_NONE || act->approval == APPROVAL_NONE)
        return failure;
    struct ceiling_acts waiting = acts_new(arena, 1);
    add(&waiting, arena, act->request);
    return ceiling_store_count(transaction, &counting->user, &waiting, counting->now_us);
}

/* The ceilings of an act that was counted when it was asked for: as they are without it. */
static enum failure tell(const struct counting *counting, struct transaction *transaction,
                         const struct ceilings *ceilings)
{
    struct ceiling_act *act = &counting->acts[0];
    struct money_act money = ceiling_money(act->request);
    int64_t used_micros[MONEY_ACTION_COUNT];
    enum failure failure = ceiling_store_used_now(transaction, &counting->user, used_micros);
    if (failure != FAILURE_NONE)
        return failure;
    int64_t *used = &used_micros[money.action];
    *used = *used > money.amount_micros ? *used - money.amount_micros : 0;
    (void)decide(counting->exchange, ceilings, act, used_micros);
    return FAILURE_NONE;
}

/* One act that may wait; its request waits already, perhaps, or has. */
static enum failure decide_one(struct counting *counting, struct transaction *transaction,
                               const struct ceiling_policy *policy)
{
    struct ceiling_act *act = &counting->acts[0];
    struct money_act money = ceiling_money(act->request);
    bool may_ask = ceiling_may_ask(&money, counting->exchange->session.appointer_count > 0);
    int64_t approvers = may_ask ? ceiling_approvers(&money, policy->approvers) : 0;
    enum failure failure = approval_look(transaction, counting->exchange, &counting->user, act);
    if (failure == FAILURE_NONE && act->approval != APPROVAL_NONE)
        return tell(counting, transaction, &policy->ceilings);
    if (failure == FAILURE_NONE)
        failure = decide_all(counting, transaction, &policy->ceilings);
    if (failure != FAILURE_NONE || act->verdict == CEILING_KEPT || approvers == 0)
        return failure;
    return ask(counting, transaction, approvers, act);
}

static enum failure count_body(struct transaction *transaction, void *argument)
{
    struct counting *counting = argument;
    struct ceiling_policy policy;
    enum failure failure =
        ceiling_store_lock(transaction, counting->user.account_id, counting->now_us, &policy);
    if (failure != FAILURE_NONE || !policy.exists)
        return failure;
    counting->user.day = policy.day;
    return counting->acts[0].may_wait ? decide_one(counting, transaction, &policy)
                                      : decide_all(counting, transaction, &policy.ceilings);
}

static bool read_user(const struct exchange *exchange, struct ceiling_user *user)
{
    return approval_place(exchange, &user->account_id) &&
           id_parse(exchange->session.principal_id, &user->principal_id);
}

static bool any_takes_two(const struct ceiling_act *acts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ceiling_money(acts[i].request).two_by_rule != NULL)
            return true;
    return false;
}

int ceilings_count(struct exchange *exchange, struct ceiling_act *acts, size_t count)
{
    struct counting counting = {
        .exchange = exchange, .acts = acts, .count = count, .now_us = clock_now_us()};
    bool has;
    if (count == 0 || !read_user(exchange, &counting.user))
        return 0;
    enum failure failure = look(exchange, counting.user.account_id, &has);
    return failure == FAILURE_NONE && (has || any_takes_two(acts, count))
               ? database_transact(call_task(exchange->call), exchange->gateway->database,
                                   ISOLATION_READ_COMMITTED, count_body, &counting)
               : failure;
}

/* The decision as it would be now; nothing is counted. */
static enum failure preview(struct exchange *exchange, struct ceiling_user *user,
                            struct ceiling_act *act)
{
    struct reader reader = reader_of(call_task(exchange->call), exchange->gateway->database);
    struct ceiling_policy policy;
    int64_t used_micros[MONEY_ACTION_COUNT];
    enum failure failure = ceiling_store_read(reader, user->account_id, clock_now_us(), &policy);
    if (failure != FAILURE_NONE || !policy.exists)
        return failure;
    user->day = policy.day;
    failure = ceiling_store_used(reader, user, used_micros);
    if (failure == FAILURE_NONE)
        (void)decide(exchange, &policy.ceilings, act, used_micros);
    return failure;
}

int ceiling_preview(struct exchange *exchange, struct ceiling_act *act)
{
    struct ceiling_user user;
    bool has;
    if (!ceiling_bounds(act->request) || !read_user(exchange, &user))
        return 0;
    enum failure failure = look(exchange, user.account_id, &has);
    if (failure == FAILURE_NONE && has)
        failure = preview(exchange, &user, act);
    return failure == FAILURE_NONE ? ceiling_refuse(exchange, act) : failure;
}

/* ---- afterwards ---- */

static void log_uncounted(enum failure failure)
{
    if (failure != FAILURE_NONE)
        log_write(LOG_WARN, "ceiling_act_not_noted", log_failure(failure));
}

void ceilings_give_back(struct exchange *exchange, const ProtobufCMessage *const *requests,
                        size_t count)
{
    struct ceiling_user user;
    if (count == 0 || !read_user(exchange, &user) ||
        ceiling_cache_has_none(exchange->gateway->ceilings, user.account_id))
        return;
    struct id *ids = arena_alloc_array(call_arena(exchange->call), count, sizeof *ids);
    for (size_t i = 0; i < count; i++)
        ids[i] = ceiling_request_id(requests[i]);
    log_uncounted(ceiling_store_give_back(
        reader_of(call_task(exchange->call), exchange->gateway->database), &user, ids, count));
}

/* So that a top-up that fails later is given back. */
static void note_top_up(struct exchange *exchange)
{
    const ProtobufCMessage *top_up = message_field_message(exchange->response, "top_up");
    struct ceiling_user user;
    struct id top_up_id;
    if (top_up == NULL || !read_user(exchange, &user) ||
        ceiling_cache_has_none(exchange->gateway->ceilings, user.account_id) ||
        !id_parse(message_field_text(top_up, "top_up_id"), &top_up_id))
        return;
    log_uncounted(
        ceiling_store_became(reader_of(call_task(exchange->call), exchange->gateway->database),
                             &user, ceiling_request_id(exchange->request), top_up_id));
}

int ceiling_carry_out(struct exchange *exchange)
{
    int no = exchange_forward(exchange);
    if (no == 0)
        note_top_up(exchange);
    return no;
}

/* LED-19: before another operator is asked, the peer is, by one alone: nobody approves what would
 * be refused. Its answer to what was done already, or its no; 0 and *is_open when it says no more
 * than that it takes two. */
static int try_alone(struct exchange *exchange, bool *is_open)
{
    const struct money_request *request = money_request_find(exchange->request->descriptor->name);
    struct status status = {.reason = ""};
    assert(request != NULL && request->alone != NULL);
    int no = exchange_forward(exchange);
    if (no != CODE_PERMISSION_DENIED)
        return no;
    if (!status_unpack(call_arena(exchange->call), call_status_packed(exchange->call), &status))
        return FAILURE_EXHAUSTED;
    *is_open = text_equal(status.reason, request->alone);
    if (!*is_open)
        return no;
    call_forget_refusal(exchange->call);
    exchange->was_answered = false;
    return 0;
}

int ceiling_forward(struct exchange *exchange)
{
    if (!ceiling_bounds(exchange->request))
        return exchange_forward(exchange);
    bool is_open = !ceiling_takes_two(exchange->route) || exchange->session.scope != NULL;
    int no = is_open ? 0 : try_alone(exchange, &is_open);
    if (!is_open)
        return no;
    struct ceiling_act act = {.route = exchange->route,
                              .request = exchange->request,
                              .may_wait = exchange->session.scope == NULL};
    const ProtobufCMessage *request = exchange->request;
    no = ceilings_count(exchange, &act, 1);
    if (no == 0)
        no = ceiling_refuse(exchange, &act);
    if (no != 0)
        return no;
    no = ceiling_carry_out(exchange);
    if (ceiling_is_given_back(no))
        ceilings_give_back(exchange, &request, 1);
    return no;
}
