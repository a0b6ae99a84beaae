#include "gateway/jobs/upstream_watch.h"

#include "gateway/jobs/peer_step.h"
#include "gateway/jobs/saga.h"
#include "gateway/peers/ledger_standing.h"
#include "gateway/peers/upstream_peer.h"
#include "gateway/store/account_store.h"
#include "runtime/base/clock.h"
#include "runtime/base/text.h"

#define SAGA "follow_upstream"
#define TOKEN_SIZE 64

static enum failure list(struct task *task, struct gateway *gateway, const char *agent_id,
                         const char *token, struct identity_upstreams *found)
{
    struct rpc_status status;
    const struct peer_step step = {SAGA, STEP_IDENTITY_LIST_UPSTREAMS, {{0}}};
    enum failure failure = peer_step_begin(gateway, PEER_IDENTITY);
    if (failure == FAILURE_NONE)
        failure = peer_step_end(
            gateway, PEER_IDENTITY,
            identity_upstreams_list((struct peer_call){task, gateway->identity, &status}, agent_id,
                                    token, found));
    return peer_accepted(task, &step, failure, &status);
}

/* An account that was never opened in the ledger is in no trouble there. */
static enum failure ask_ledger(struct task *task, struct gateway *gateway, struct id agent_id,
                               struct ledger_standing *standing)
{
    struct rpc_status status;
    struct account_home home;
    char account_id[ID_TEXT_SIZE], chain_id[ID_TEXT_SIZE];
    const struct peer_step step = {SAGA, STEP_LEDGER_GET_ACCOUNT, agent_id};
    *standing = (struct ledger_standing){.found = false};
    enum failure failure = account_store_read(reader_of(task, gateway->database), agent_id, &home);
    if (failure != FAILURE_NONE || id_is_nil(home.chain_id))
        return failure;
    const struct ledger_place place = {id_format(agent_id, account_id),
                                       id_format(home.chain_id, chain_id)};
    failure = peer_step_begin(gateway, PEER_LEDGER);
    if (failure == FAILURE_NONE)
        failure =
            peer_step_end(gateway, PEER_LEDGER,
                          ledger_standing_get((struct peer_call){task, gateway->ledger, &status},
                                              &place, standing));
    return peer_accepted(task, &step, failure, &status);
}

/* Each look is a question of its own; identity begins no second trouble. */
static enum failure note(struct task *task, struct gateway *gateway, struct id agent_id,
                         const char *account_id, const struct ledger_standing *standing)
{
    struct rpc_status status;
    const struct peer_step step = {SAGA, STEP_IDENTITY_NOTE_UPSTREAM, agent_id};
    const struct upstream_note noted = {.agent_id = account_id,
                                        .request_id = id_new(clock_work_us()),
                                        .closed = standing->closed,
                                        .frozen = standing->frozen,
                                        .overdue = standing->overdue};
    enum failure failure = peer_step_begin(gateway, PEER_IDENTITY);
    if (failure == FAILURE_NONE)
        failure = peer_step_end(
            gateway, PEER_IDENTITY,
            identity_upstream_note((struct peer_call){task, gateway->identity, &status}, &noted));
    return peer_accepted(task, &step, failure, &status);
}

static enum failure look_at(struct task *task, struct gateway *gateway,
                            const struct identity_upstream *upstream)
{
    struct ledger_standing standing;
    struct id agent_id;
    if (!id_parse(upstream->agent_id, &agent_id))
        return FAILURE_INTERNAL;
    enum failure failure = ask_ledger(task, gateway, agent_id, &standing);
    bool in_trouble =
        standing.closed || standing.frozen || standing.overdue || !upstream->authorised;
    return failure != FAILURE_NONE || in_trouble == upstream->in_trouble
               ? failure
               : note(task, gateway, agent_id, upstream->agent_id, &standing);
}

/* One page, or the one partner; one that cannot be asked for keeps no other from being looked at.
 * The memory of each is given back, for there may be any number. token: the next page's, "" after
 * the last. */
static enum failure look_at_page(struct task *task, struct gateway *gateway, const char *agent_id,
                                 char token[TOKEN_SIZE])
{
    struct arena *arena = task_arena(task);
    struct arena_mark page = arena_mark(arena);
    struct identity_upstreams found = {.count = 0, .next_token = ""};
    enum failure failure = list(task, gateway, agent_id, token, &found);
    if (!text_print(token, TOKEN_SIZE, "%s", failure == FAILURE_NONE ? found.next_token : "")) {
        token[0] = '\0';
        failure = FAILURE_INTERNAL;
    }
    for (size_t i = 0; i < found.count; i++) {
        struct arena_mark each = arena_mark(arena);
        enum failure failed = look_at(task, gateway, &found.items[i]);
        failure = failure == FAILURE_NONE ? failed : failure;
        arena_rewind(arena, each);
    }
    arena_rewind(arena, page);
    return failure;
}

enum failure upstream_watch_look(struct task *task, struct gateway *gateway, const char *agent_id)
{
    char token[TOKEN_SIZE] = "";
    return look_at_page(task, gateway, agent_id, token);
}

enum failure saga_follow_upstream(struct task *task, struct gateway *gateway,
                                  const struct saga *saga, const char **outcome)
{
    struct id account_id;
    char agent_id[ID_TEXT_SIZE];
    *outcome = SAGA_DONE;
    if (!ledger_standing_event_account(task_arena(task), saga->event_type, saga->payload,
                                       &account_id))
        return SAGA_UNREAD;
    return upstream_watch_look(task, gateway, id_format(account_id, agent_id));
}

static char next_token[TOKEN_SIZE]; /* of the turn to come; "": from the first partner on */

/* A page a turn, however many there are. Changes are told at once, by the ledger's events and by
 * those who make them; this finds what time alone changed, and what was missed. */
static enum failure look(struct task *task, void *argument)
{
    return look_at_page(task, argument, "", next_token);
}

void upstream_watch_start(struct gateway *gateway, int64_t interval_ms, struct loop *loop)
{
    (void)loop_every(loop, "upstream_watch", interval_ms, look, gateway);
}
