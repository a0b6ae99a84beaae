#include "gateway/service/readiness.h"

#include "gateway/peers/payments_peer.h"
#include "runtime/rpc/message_field.h"

static bool is_confirmed(const struct identity_account *account, const char *region)
{
    for (size_t i = 0; i < account->confirmed_region_count; i++)
        if (text_equal(account->confirmed_regions[i], region))
            return true;
    return false;
}

/* ID-32: a program proves none, and an operator asks for the account's sake. */
static bool has_factor(const struct exchange *exchange)
{
    const struct identity_session *session = &exchange->session;
    return session->factors != 0 || session->scope != NULL ||
           (session->roles & ACCESS_ROLES_OF_OPERATORS) != 0;
}

static int read_account(struct exchange *exchange, const char *account_id,
                        struct readiness *readiness)
{
    struct readiness_facts *facts = &readiness->facts;
    struct identity_account *account = &readiness->account;
    struct rpc_status status;
    enum failure failure = identity_account_get(
        (struct peer_call){call_task(exchange->call), exchange->gateway->identity, &status},
        account_id, account);
    int no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    facts->feature_steps = account->feature_steps;
    facts->provisioning_steps = account->provisioning_steps;
    facts->second_channel_verified = account->second_channel_verified;
    facts->factor_enrolled = has_factor(exchange);
    facts->billing_address_present = account->billing_address_present;
    facts->real_name_registered = account->real_name_registered;
    facts->corporate = exchange->session.corporate;
    facts->preferred_region = account->region;
    facts->region_confirmed = is_confirmed(account, facts->region);
    return 0;
}

static int read_payments(struct exchange *exchange, const char *account_id,
                         struct readiness *readiness)
{
    struct rpc_status status;
    const struct peer_call call = {call_task(exchange->call), exchange->gateway->payments, &status};
    enum failure failure = payments_currency_get(call, account_id, &readiness->currency);
    int no = exchange_result(exchange, failure, &status);
    if (no != 0)
        return no;
    readiness->facts.currency_set = !text_is_empty(readiness->currency);
    failure = payments_method_present(call, account_id, &readiness->facts.payment_method_present);
    return exchange_result(exchange, failure, &status);
}

/* The region's law asks who uses it, not who pays. */
const char *readiness_user(const ProtobufCMessage *request)
{
    return region_is_mainland_china(message_field_text(request, "region"))
               ? message_field_text(request, "sub_account_id")
               : "";
}

/* An account that is nowhere is nobody's. */
static int read_user(struct exchange *exchange, struct readiness_facts *facts)
{
    const char *sub_account_id = readiness_user(exchange->request);
    struct rpc_status status;
    struct identity_account account = {.real_name_registered = false};
    if (text_is_empty(sub_account_id))
        return 0;
    enum failure failure = identity_account_get(
        (struct peer_call){call_task(exchange->call), exchange->gateway->identity, &status},
        sub_account_id, &account);
    facts->for_another = true;
    facts->another_registered = account.real_name_registered;
    if (failure == FAILURE_NONE && status.code == CODE_NOT_FOUND)
        return 0;
    return exchange_result(exchange, failure, &status);
}

int readiness_read(struct exchange *exchange, const char *region, struct readiness *readiness)
{
    const char *account_id = message_field_text(exchange->request, "account_id");
    const char *agent_id = message_field_text(exchange->request, "agent_account_id");
    *readiness =
        (struct readiness){.facts = {.region = region, .another_pays = !text_is_empty(agent_id)}};
    if (!text_is_empty(region) && !region_is_valid(region))
        return call_invalid(exchange->call, "region", FAULT_MALFORMED,
                            "A region has 1 to 32 bytes of a-z, 0-9 and \"-\".");
    int no = read_account(exchange, account_id, readiness);
    if (no == 0)
        no = read_user(exchange, &readiness->facts);
    return no == 0 ? read_payments(exchange, account_id, readiness) : no;
}

int readiness_find_missing(struct exchange *exchange, const char *region,
                           struct readiness_missing *missing)
{
    struct readiness readiness;
    int no = readiness_read(exchange, region, &readiness);
    if (no == 0)
        missing->count = blockers_of_readiness(&readiness.facts, missing->found);
    return no;
}

int readiness_refuse(struct exchange *exchange, const struct readiness_missing *missing)
{
    const char *account_id = message_field_text(exchange->request, "account_id");
    if (missing->count == 0)
        return 0;
    for (size_t i = 0; i < missing->count; i++) {
        const struct refusal *refusal = missing->found[i].refusal;
        call_add_precondition_violation(exchange->call, refusal->reason, account_id,
                                        refusal->sentence);
    }
    return call_refuse_violations(exchange->call);
}

/* ID-42: the channel's policy is identity's, and payments is not asked. */
int readiness_demand_policy(struct exchange *exchange, unsigned acts)
{
    struct readiness readiness = {.facts = {.region = ""}};
    struct readiness_missing missing;
    int no =
        read_account(exchange, message_field_text(exchange->request, "account_id"), &readiness);
    if (no != 0)
        return no;
    missing.count = blockers_of_policy(&readiness.facts, acts, missing.found);
    return readiness_refuse(exchange, &missing);
}

static Gateway__V1__MissingStep *step_to_message(struct arena *arena, const struct refusal *refusal)
{
    Gateway__V1__MissingStep *message = arena_alloc(arena, sizeof(*message));
    gateway__v1__missing_step__init(message);
    message->reason = arena_strdup(arena, refusal->reason);
    message->sentence = arena_strdup(arena, refusal->sentence);
    return message;
}

Gateway__V1__MissingStep **
readiness_to_message(struct arena *arena, const struct readiness_missing *missing, size_t *count)
{
    Gateway__V1__MissingStep **steps = arena_alloc_array(arena, missing->count + 1, sizeof(*steps));
    for (*count = 0; *count < missing->count; (*count)++)
        steps[*count] = step_to_message(arena, missing->found[*count].refusal);
    return steps;
}
