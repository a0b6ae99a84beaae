/* ConvertAccount (ID-31): an individual's account becomes an organisation's. */
#include "identity/domain/conversion.h"

#include "identity/jobs/owner_notice.h"
#include "identity/jobs/real_name.h"
#include "identity/service/account_service.h"
#include "identity/service/start.h"
#include "identity/store/hand_over_store.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/base/actor.h"
#include "runtime/rpc/timestamp.h"

void convert_account_read(struct call *call, const Identity__V1__ConvertAccountRequest *message,
                          struct convert_account *request)
{
    convert_account_fields(call, message, request);
    if (request->corporate != NULL)
        billing_address_read_corporate(call, request->corporate);
    else
        call_add_field_violation(call, "corporate", FAULT_REQUIRED,
                                 "The organisation's billing address is missing.");
}

/* ---- what stands in the way ---- */

static int read_standing(struct call *call, struct conversion_facts *facts)
{
    const char *words = call_header(call, "kontor-standing");
    if (words == NULL)
        return call_refuse(call, &standing_missing, NO_TERMS);
    facts->closed = actor_roles_hold(words, "ACCOUNT_CLOSED");
    facts->overdue = actor_roles_hold(words, "OVERDUE");
    facts->in_transit = actor_roles_hold(words, "MONEY_IN_TRANSIT");
    facts->topping_up = actor_roles_hold(words, "TOP_UP_UNDER_WAY");
    return 0;
}

static int read_hand_over(struct mutation *mutation, struct id account_id, bool *is_under_way)
{
    struct hand_over_row last;
    bool exists = false;
    int no =
        hand_over_store_read(mutation->transaction, account_id, mutation->now_us, &last, &exists);
    *is_under_way = no == 0 && exists && hand_over_is_under_way(&last.hand_over, mutation->now_us);
    return no;
}

static int refuse_for(struct call *call, struct id account_id, const struct conversion_facts *facts)
{
    enum conversion_obstacle found[CONVERSION_OBSTACLES_MAX];
    size_t count = conversion_obstacles(facts, found);
    for (size_t i = 0; i < count; i++) {
        const struct refusal *refusal = conversion_obstacle_refusal(found[i]);
        call_add_precondition_violation(call, refusal->reason, id_to_message(call, account_id),
                                        refusal->sentence);
    }
    return count > 0 ? call_refuse_violations(call) : 0;
}

static int admit(struct mutation *mutation, struct id account_id)
{
    struct call *call = mutation->call;
    struct account_row row;
    struct conversion_facts facts = {.closed = false};
    int no = account_lock(mutation, account_id, &row);
    if (no != 0)
        return no;
    enum conversion_verdict verdict = conversion_decide(&row.account, caller_id(call));
    if (verdict != CONVERSION_ACCEPTED)
        return call_refuse(call, conversion_refusal(verdict), NO_TERMS);
    facts.in_review = row.account.real_name.in_review;
    no = read_standing(call, &facts);
    if (no == 0)
        no = read_hand_over(mutation, account_id, &facts.handing_over);
    return no == 0 ? refuse_for(call, account_id, &facts) : no;
}

/* ---- all of it, in one transaction ---- */

static enum failure tell_world(struct mutation *mutation, struct id account_id)
{
    Identity__V1__AccountConverted event = IDENTITY__V1__ACCOUNT_CONVERTED__INIT;
    event.account_id = id_to_message(mutation->call, account_id);
    event.convert_time = timestamp_from_us(call_arena(mutation->call), mutation->now_us);
    return event_append(mutation, account_id, &event.base);
}

/* A thief of a session is found out, though the factor has to be proved. */
static enum failure tell_owner(struct mutation *mutation, struct id account_id)
{
    static const char text[] = "Your Kontor account is an organisation's from now on. Submit its "
                               "company to have it verified. If it was not you, write to us.";
    struct relation_owner owner;
    bool exists = false;
    enum failure failure = relation_store_owner(mutation->transaction, account_id, &owner, &exists);
    return failure != FAILURE_NONE || !exists
               ? failure
               : owner_notice_take(mutation->transaction, &identity_of(mutation->call)->courier,
                                   &(struct owner_notice){.owner = &owner,
                                                          .account_id = account_id,
                                                          .text = text,
                                                          .now_us = mutation->now_us});
}

int convert_account(struct mutation *mutation, const struct convert_account *request,
                    Identity__V1__ConvertAccountResponse *response)
{
    struct call *call = mutation->call;
    struct id account_id = request->account_id;
    (void)response; /* account_answer fills it in */
    int no = admit(mutation, account_id);
    if (no != 0)
        return no;
    struct bytes sealed = billing_address_seal(call, &request->corporate->base);
    if (sealed.data == NULL)
        return FAILURE_EXHAUSTED;
    no = real_name_supersede(mutation->transaction, &identity_of(call)->courier, account_id,
                             caller_id(call), mutation->now_us);
    if (no == 0)
        no = account_store_convert(mutation->transaction, account_id, sealed, mutation->now_us);
    if (no == 0)
        no = trail_note(mutation, account_id, "CONVERTED", "CORPORATE");
    if (no == 0)
        no = tell_world(mutation, account_id);
    return no == 0 ? tell_owner(mutation, account_id) : no;
}
