#include "identity/service/hand_over_side.h"

#include "identity/service/identity_service.h"
#include "identity/store/hand_over_store.h"
#include "identity/store/relation_store.h"
#include "identity/store/role_store.h"

/* Of somebody in the account, or, where side->partner_id is not nil, at that partner of it. */
static int read_side(struct mutation *mutation, struct id account_id, struct id principal_id,
                     struct hand_over_side *side)
{
    struct transaction *transaction = mutation->transaction;
    bool for_partner = !id_is_nil(side->partner_id);
    struct account_roles roles = {.caller = {.roles = ROLE_NONE}};
    unsigned permissions = 0;
    int no = role_store_lock(transaction, for_partner ? side->partner_id : account_id, principal_id,
                             principal_id, &roles);
    if (no == 0 && for_partner)
        no = relation_store_terms(transaction, side->partner_id, account_id, mutation->now_us,
                                  &permissions);
    side->roles = roles.caller.roles;
    side->permitted = (permissions & 1u << RELATION_HANDOVER) != 0;
    return no;
}

int hand_over_side_read(struct mutation *mutation, struct id account_id,
                        struct hand_over_side *side)
{
    *side = (struct hand_over_side){.partner_id = caller_partner_id(mutation->call)};
    return read_side(mutation, account_id, caller_id(mutation->call), side);
}

/* Whether the caller, wherever it acts, is of the partner for which it was begun, or was a day
 * before. */
static int read_is_beginners(struct mutation *mutation, const struct hand_over *hand_over,
                             struct id caller, bool *is_beginners)
{
    struct transaction *transaction = mutation->transaction;
    struct account_roles roles = {.caller = {.roles = ROLE_NONE}};
    bool has_left = false;
    if (id_is_nil(hand_over->partner_id))
        return 0;
    int no = role_store_lock(transaction, hand_over->partner_id, caller, caller, &roles);
    if (no == 0)
        no = hand_over_store_lost_role(transaction, hand_over->partner_id, caller,
                                       hand_over->created_us - HAND_OVER_DAY_US, &has_left);
    unsigned held = roles.caller.roles | roles.member_roles; /* those of its own with the latter */
    *is_beginners = has_left || (held & (ROLES_GIVEN | ROLE_CUSTOM)) != 0;
    return no;
}

/* An owner who leaves may have made both administrators. */
int hand_over_beginner_read(struct mutation *mutation, const struct hand_over *hand_over,
                            struct hand_over_act *act, struct hand_over_side *side)
{
    struct hand_over_side beginner = {.partner_id = hand_over->partner_id};
    bool is_leaver = id_equal(act->caller_id, hand_over->leaver_id);
    int no = read_side(mutation, hand_over->account_id, hand_over->begun_by, &beginner);
    act->beginner_roles = hand_over_side_roles(&beginner);
    if (no == 0)
        no = read_is_beginners(mutation, hand_over, act->caller_id, &side->is_beginners);
    if (no == 0 && !is_leaver)
        no = hand_over_store_decides_since(mutation->transaction, hand_over->account_id,
                                           act->caller_id, &act->decides_since_us);
    return no != 0 ? no
                   : hand_over_store_appointed(
                         mutation->transaction, act->caller_id, hand_over->begun_by,
                         is_leaver ? (struct id){{0}} : hand_over->leaver_id, &act->appointed);
}
