/* A customer takes another partner in the place of its own (c-9). */
#include "identity/domain/relation_switch.h"
#include "identity/jobs/relation.h"
#include "identity/service/relation.h"
#include "runtime/base/amount.h"
#include "runtime/base/clock.h"

/* ---- whose place it takes ---- */

static int judge(struct call *call, const struct relation_ending *ending, int64_t now_us)
{
    enum relation_verdict verdict = relation_replace_decide(ending, now_us);
    return verdict == RELATION_ACCEPTED ? 0
                                        : call_refuse(call, relation_refusal(verdict), NO_TERMS);
}

static struct relation_ending ending_by(struct id customer_id, const struct relation *found)
{
    return (struct relation_ending){
        .found = found, .account_id = customer_id, .customer_id = customer_id, .is_now = true};
}

/* Of a change there is no place to take. */
static int admit_place(struct call *call, const struct relation_row *offered)
{
    return offered->relation.begun_us == 0
               ? 0
               : call_invalid(call, "replaced_relation_id", FAULT_NOT_ALLOWED,
                              "Must be empty: the relation holds, and other terms are offered.");
}

int relation_replaced_lock(struct mutation *mutation, const struct confirm_relation *request,
                           const struct relation_row *offered, struct relation_row *replaced)
{
    bool exists = false;
    if (id_is_nil(request->replaced_relation_id))
        return 0;
    int no = admit_place(mutation->call, offered);
    if (no == 0)
        no = relation_store_lock(mutation->transaction, request->replaced_relation_id, replaced,
                                 &exists);
    struct relation_ending ending =
        ending_by(request->account_id, exists ? &replaced->relation : NULL);
    if (no == 0)
        no = relation_store_endings(mutation->transaction, request->account_id, mutation->now_us,
                                    &ending.endings);
    return no == 0 ? judge(mutation->call, &ending, mutation->now_us) : no;
}

int relation_replaced_check(struct call *call, const struct check_relation *request,
                            const struct relation_row *offered, struct relation_row *replaced)
{
    bool exists = false;
    int64_t now_us = clock_now_us();
    if (id_is_nil(request->replaced_relation_id))
        return 0;
    int no = admit_place(call, offered);
    if (no == 0)
        no = relation_store_read(identity_reader(call), request->replaced_relation_id, replaced,
                                 &exists);
    struct relation_ending ending =
        ending_by(request->account_id, exists ? &replaced->relation : NULL);
    if (no == 0)
        no = relation_store_read_endings(identity_reader(call), request->account_id, now_us,
                                         &ending.endings);
    return no == 0 ? judge(call, &ending, now_us) : no;
}

int relation_replaced_end(struct mutation *mutation, struct relation_row *replaced)
{
    struct call *call = mutation->call;
    struct id customer_id = replaced->relation.customer_id;
    const char *text = arena_printf(
        call_arena(call), "The Kontor account %s has another partner from now on (relation %s).",
        id_to_message(call, customer_id), id_to_message(call, replaced->relation_id));
    replaced->relation.effective_us = mutation->now_us;
    int no = relation_store_ending(mutation->transaction, &replaced->relation, caller_id(call),
                                   customer_id, mutation->now_us);
    if (no == 0)
        no = relation_note(mutation, customer_id, replaced->relation_id, SECURITY_RELATION_ENDING);
    if (no == 0)
        no = relation_tell(mutation, replaced->relation.agent_id, replaced->relation_id,
                           SECURITY_RELATION_ENDING, text);
    return no == 0 ? relation_end(mutation->transaction, replaced, mutation->now_us) : no;
}

/* ---- what stands in the way ---- */

/* A masked role changes nothing, so the amount may be told. */
static const char *sentence_of(struct call *call, enum relation_obstacle obstacle,
                               const struct relation_row *replaced,
                               const struct relation_standing *standing)
{
    const char *sentence = relation_obstacle_refusal(obstacle)->sentence;
    char amount[AMOUNT_TEXT_SIZE];
    if (obstacle != OBSTACLE_LOTS || standing->lots_currency == NULL)
        return sentence;
    return arena_printf(call_arena(call), "%s %s %s of account %s.", sentence,
                        amount_format(standing->lots_micros, standing->lots_currency, amount),
                        standing->lots_currency->code,
                        id_to_message(call, replaced->relation.agent_id));
}

int relation_switch_refuse(struct call *call, const struct confirm_relation *request,
                           const struct relation_row *replaced, const struct relation_facts *facts)
{
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    size_t count = relation_switch_obstacles(facts, request->remainders_acknowledged, found);
    for (size_t i = 0; i < count; i++)
        call_add_precondition_violation(call, relation_obstacle_refusal(found[i])->reason,
                                        id_to_message(call, request->account_id),
                                        sentence_of(call, found[i], replaced, &facts->standing));
    return count > 0 ? call_refuse_violations(call) : 0;
}

static Identity__V1__RelationObstacle *obstacle_to_message(struct call *call,
                                                           enum relation_obstacle obstacle,
                                                           const struct relation_row *replaced,
                                                           const struct relation_standing *standing)
{
    struct arena *arena = call_arena(call);
    const struct refusal *refusal = relation_obstacle_refusal(obstacle);
    Identity__V1__RelationObstacle *message = arena_alloc(arena, sizeof *message);
    identity__v1__relation_obstacle__init(message);
    message->reason = arena_strdup(arena, refusal->reason);
    message->sentence = arena_strdup(arena, refusal->sentence);
    message->fix = arena_strdup(arena, relation_obstacle_fix(obstacle));
    message->may_stay = relation_obstacle_may_stay(obstacle);
    if (replaced != NULL && message->may_stay)
        message->agent_account_id = id_to_message(call, replaced->relation.agent_id);
    if (obstacle == OBSTACLE_LOTS && standing->lots_currency != NULL) {
        message->amount_micros = standing->lots_micros;
        message->currency = arena_strdup(arena, standing->lots_currency->code);
    }
    return message;
}

void relation_obstacles_answer(struct call *call, const struct relation_row *replaced,
                               const struct relation_facts *facts,
                               Identity__V1__CheckRelationResponse *response)
{
    enum relation_obstacle found[RELATION_OBSTACLES_MAX];
    response->n_obstacles = replaced != NULL ? relation_switch_obstacles(facts, false, found)
                                             : relation_obstacles(facts, found);
    response->obstacles =
        arena_alloc_array(call_arena(call), RELATION_OBSTACLES_MAX, sizeof *response->obstacles);
    for (size_t i = 0; i < response->n_obstacles; i++)
        response->obstacles[i] = obstacle_to_message(call, found[i], replaced, &facts->standing);
}
