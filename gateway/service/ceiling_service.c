/* The ceilings of an account as a setting (PAY-26). */
#include <assert.h>
#include <string.h>

#include "gateway/domain/approval.h"
#include "gateway/domain/refusals.h"
#include "gateway/service/ceiling_cache.h"
#include "gateway/store/ceiling_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

struct exchange;
struct set_ceilings;
static int wait_for_caches(struct exchange *exchange);
#define set_ceilings_done(exchange, request, response) wait_for_caches(exchange)
#include "gateway/service/ceiling_rpc.h"

#define ROLE_PREFIX "ROLE_"

static_assert((int)MONEY_TOP_UP == (int)GATEWAY__V1__MONEY_ACTION__MONEY_ACTION_TOP_UP &&
                  (int)MONEY_ALLOCATE == (int)GATEWAY__V1__MONEY_ACTION__MONEY_ACTION_ALLOCATE,
              "actions are the wire's");

/* 0: no role of an account. */
static unsigned role_of_message(Identity__V1__Role wire)
{
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&identity__v1__role__descriptor, (int)wire);
    unsigned role = value == NULL ? 0 : role_named(value->name + strlen(ROLE_PREFIX));
    return role & ACCESS_ROLES_OF_ACCOUNTS;
}

static Identity__V1__Role role_to_message(struct arena *arena, unsigned role)
{
    const char *name = arena_printf(arena, ROLE_PREFIX "%s", role_name((enum access_role)role));
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value_by_name(&identity__v1__role__descriptor, name);
    assert(value != NULL);
    return (Identity__V1__Role)value->value;
}

/* ---- setting ---- */

static bool is_named_before(const struct ceilings *ceilings, const struct ceiling *ceiling)
{
    for (size_t i = 0; i < ceilings->count; i++)
        if (ceilings->rows[i].role == ceiling->role && ceilings->rows[i].action == ceiling->action)
            return true;
    return false;
}

static void read_ceiling(struct call *call, const Gateway__V1__Ceiling *message,
                         struct ceilings *ceilings)
{
    struct ceiling ceiling = {role_of_message(message->role), (enum money_action)message->action,
                              message->transaction_micros, message->day_micros};
    if (ceiling.role == 0)
        call_add_field_violation(call, "ceilings.role", FAULT_UNKNOWN_VALUE,
                                 "must be a role of an account");
    if (message->action <= GATEWAY__V1__MONEY_ACTION__MONEY_ACTION_UNSPECIFIED ||
        (int)message->action >= (int)MONEY_OVERRIDE)
        call_add_field_violation(call, "ceilings.action", FAULT_UNKNOWN_VALUE,
                                 "must be an act that ceilings bound");
    if (ceiling.transaction_micros < 0 || ceiling.day_micros < 0)
        call_add_field_violation(call, "ceilings", FAULT_NEGATIVE, "amounts must not be negative");
    if (is_named_before(ceilings, &ceiling))
        call_add_field_violation(call, "ceilings", FAULT_NOT_DISTINCT,
                                 "must name a role and an act once");
    ceilings->rows[ceilings->count++] = ceiling;
}

static void read_approvers(struct call *call, const struct set_ceilings *request,
                           struct ceiling_policy *policy)
{
    if (request->approvers < 0 || request->approvers > APPROVERS_MAX)
        call_add_field_violation(call, "approvers", FAULT_OUT_OF_RANGE, "must be 0 to 5");
    policy->approvers = request->approvers;
    for (size_t i = 0; i < request->n_approver_roles; i++) {
        unsigned role = role_of_message(request->approver_roles[i]);
        if (role == 0)
            call_add_field_violation(call, "approver_roles", FAULT_UNKNOWN_VALUE,
                                     "must be roles of an account");
        policy->approver_roles |= role;
    }
}

static int read_ceilings(struct call *call, const struct set_ceilings *request,
                         struct ceiling_policy *policy)
{
    read_approvers(call, request, policy);
    if (request->n_ceilings > CEILINGS_MAX)
        return call_invalid(call, "ceilings", FAULT_TOO_MANY, "must hold at most 64");
    for (size_t i = 0; i < request->n_ceilings; i++)
        read_ceiling(call, request->ceilings[i], &policy->ceilings);
    return call_has_violations(call) ? call_refuse_violations(call) : 0;
}

static Gateway__V1__Ceilings *ceilings_to_message(struct arena *arena,
                                                  const struct ceiling_policy *policy)
{
    const struct ceilings *ceilings = &policy->ceilings;
    Gateway__V1__Ceilings *message = arena_alloc(arena, sizeof *message);
    gateway__v1__ceilings__init(message);
    if (!policy->exists)
        return message;
    message->n_ceilings = ceilings->count;
    message->ceilings = arena_alloc_array(arena, ceilings->count, sizeof *message->ceilings);
    for (size_t i = 0; i < ceilings->count; i++) {
        Gateway__V1__Ceiling *row = arena_alloc(arena, sizeof *row);
        gateway__v1__ceiling__init(row);
        row->role = role_to_message(arena, ceilings->rows[i].role);
        row->action = (Gateway__V1__MoneyAction)ceilings->rows[i].action;
        row->transaction_micros = ceilings->rows[i].transaction_micros;
        row->day_micros = ceilings->rows[i].day_micros;
        message->ceilings[i] = row;
    }
    message->currency = arena_strdup(arena, ceilings->currency);
    message->approvers = (int32_t)policy->approvers;
    message->approver_roles =
        arena_alloc_array(arena, ACCESS_ROLE_COUNT, sizeof *message->approver_roles);
    for (unsigned role = 1; role < 1u << ACCESS_ROLE_COUNT; role <<= 1)
        if ((policy->approver_roles & role) != 0)
            message->approver_roles[message->n_approver_roles++] = role_to_message(arena, role);
    message->time_zone = arena_strdup(arena, policy->time_zone);
    message->set_by_principal_id =
        id_format(policy->set_by_principal_id, arena_alloc(arena, ID_TEXT_SIZE));
    message->set_time = timestamp_from_us(arena, policy->set_us);
    return message;
}

static int set_ceilings(struct exchange *exchange, struct mutation *mutation,
                        const struct set_ceilings *request,
                        Gateway__V1__SetCeilingsResponse *response)
{
    struct call *call = mutation->call;
    struct ceiling_policy policy = {
        .exists = true,
        .time_zone = text_is_empty(request->time_zone) ? "UTC" : request->time_zone,
        .set_us = mutation->now_us};
    bool known = false;
    policy.ceilings.currency = request->currency->code;
    int no = read_ceilings(call, request, &policy);
    if (no == 0)
        no = ceiling_store_zone_known(mutation->transaction, policy.time_zone, &known);
    if (no == 0 && !known)
        no = call_refuse(call, &unknown_time_zone, NO_TERMS);
    if (no != 0)
        return no;
    if (!id_parse(exchange->session.principal_id, &policy.set_by_principal_id))
        return FAILURE_INTERNAL;
    response->ceilings = ceilings_to_message(call_arena(call), &policy);
    return ceiling_store_put(mutation->transaction, request->account_id, &policy);
}

/* Until no gateway goes by what it remembers (ceiling_cache.h). */
static int wait_for_caches(struct exchange *exchange)
{
    return task_sleep_ms(call_task(exchange->call), CEILING_CACHE_US / 1000);
}

/* ---- reading ---- */

static void answer_uses(struct arena *arena, const int64_t used_micros[MONEY_ACTION_COUNT],
                        Gateway__V1__GetCeilingsResponse *response)
{
    response->uses = arena_alloc_array(arena, MONEY_ACTION_COUNT, sizeof *response->uses);
    for (int action = MONEY_NOTHING + 1; action < MONEY_ACTION_COUNT; action++) {
        if (used_micros[action] == 0)
            continue;
        Gateway__V1__CeilingUse *use = arena_alloc(arena, sizeof *use);
        gateway__v1__ceiling_use__init(use);
        use->action = (Gateway__V1__MoneyAction)action;
        use->used_micros = used_micros[action];
        response->uses[response->n_uses++] = use;
    }
}

static int get_ceilings(struct exchange *exchange, const struct get_ceilings *request,
                        Gateway__V1__GetCeilingsResponse *response)
{
    struct arena *arena = call_arena(exchange->call);
    struct reader reader = reader_of(call_task(exchange->call), exchange->gateway->database);
    struct ceiling_policy policy;
    int64_t used_micros[MONEY_ACTION_COUNT];
    int no = ceiling_store_read(reader, request->account_id, clock_now_us(), &policy);
    if (no != 0)
        return no;
    response->ceilings = ceilings_to_message(arena, &policy);
    struct ceiling_user user = {.account_id = request->account_id, .day = policy.day};
    if (!policy.exists || !id_parse(exchange->session.principal_id, &user.principal_id))
        return 0;
    no = ceiling_store_used(reader, &user, used_micros);
    if (no == 0)
        answer_uses(arena, used_micros, response);
    return no;
}
