#include "identity/service/custom_role.h"
#include "identity/service/fields.h"
#include "identity/service/leaver.h"
#include "identity/service/security.h"
#include "identity/service/start.h"
#include "identity/store/hand_over_store.h"
#include "identity/store/notice_store.h"
#include "identity/store/role_store.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define grant_role_admit(call) caller_admit(call)
#define grant_role_read grant_role_read
#define revoke_role_admit(call) caller_admit(call)
#define revoke_role_read revoke_role_read
#define remove_member_admit(call) caller_admit(call)
#define leave_account_admit(call) caller_admit(call)
#include "identity/service/role_rpc.h"

static Identity__V1__Member *member_to_message(struct call *call, const struct member *member)
{
    Identity__V1__Member *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__member__init(message);
    message->principal_id = id_to_message(call, member->principal_id);
    message->owner = member->owns;
    message->join_time = timestamp_from_us(call_arena(call), member->joined_us);
    message->n_roles = roles_to_message(call, member->roles, &message->roles);
    message->n_custom_role_ids =
        ids_to_message(call, member->custom_role_ids, &message->custom_role_ids);
    if (!id_is_nil(member->added_by))
        message->added_by = id_to_message(call, member->added_by);
    if (member->name_sealed.data != NULL)
        message->name = text_open(call, LABEL_NAME, member->name_sealed);
    return message->name != NULL ? message : NULL;
}

/* Of the member, in the account. */
static enum failure note_role(struct mutation *mutation, enum security_event_kind kind,
                              const struct role_grant *grant)
{
    const char *role = id_is_nil(grant->custom_role_id)
                           ? role_name(grant->role)
                           : id_to_message(mutation->call, grant->custom_role_id);
    return security_note(mutation->call, mutation->transaction,
                         &(struct security_event){.principal_id = grant->principal_id,
                                                  .account_id = grant->account_id,
                                                  .actor_id = grant->granted_by,
                                                  .kind = kind,
                                                  .detail = role,
                                                  .noted_us = mutation->now_us});
}

/* One of both: a built-in role, or one of the account's own. */
static void field_either_role(struct call *call, Identity__V1__Role role, struct id custom_role_id)
{
    if (id_is_nil(custom_role_id))
        field_role(call, "role", role);
    else if (role != IDENTITY__V1__ROLE__ROLE_UNSPECIFIED)
        call_add_field_violation(call, "custom_role_id", FAULT_NOT_ALLOWED,
                                 "Stands in the place of role.");
}

/* ---- GrantRole ---- */

static void grant_role_read(struct call *call, const Identity__V1__GrantRoleRequest *message,
                            struct grant_role *request)
{
    grant_role_fields(call, message, request);
    field_either_role(call, request->role, request->custom_role_id);
}

static int admit_custom(struct mutation *mutation, const struct role_grant *grant)
{
    const struct custom_roles_asked asked = {grant->account_id, grant->principal_id,
                                             id_array(&grant->custom_role_id, 1)};
    return id_is_nil(grant->custom_role_id) ? 0 : custom_roles_admit(mutation, &asked);
}

/* The member with the role. */
static struct member member_with(struct arena *arena, const struct role_grant *grant,
                                 const struct account_roles *roles, int64_t now_us)
{
    const struct id_array *held = &roles->member_custom_role_ids;
    struct id *custom = arena_alloc_array(arena, held->count + 1, sizeof *custom);
    size_t count = 0;
    for (size_t i = 0; i < held->count; i++)
        if (!id_equal(held->items[i], grant->custom_role_id))
            custom[count++] = held->items[i];
    if (!id_is_nil(grant->custom_role_id))
        custom[count++] = grant->custom_role_id;
    return (struct member){.principal_id = grant->principal_id,
                           .roles = roles->member_roles | grant->role,
                           .custom_role_ids = id_array(custom, count),
                           .owns = roles->member_owns,
                           .joined_us = now_us};
}

static int grant_role(struct mutation *mutation, const struct grant_role *request,
                      Identity__V1__GrantRoleResponse *response)
{
    struct call *call = mutation->call;
    const struct role_grant grant = {
        request->account_id,     request->principal_id, role_of_message(request->role),
        request->custom_role_id, request->subtree,      caller_id(call)};
    struct account_roles roles;
    int no = role_store_lock(mutation->transaction, grant.account_id, grant.granted_by,
                             grant.principal_id, &roles);
    if (no != 0)
        return no;
    enum role_verdict verdict =
        role_member_decide(roles.caller.roles, roles.member_roles,
                           roles.member_owns && !id_equal(grant.granted_by, grant.principal_id));
    no = verdict == ROLE_ACCEPTED ? role_give(call, &roles.caller, grant.subtree)
                                  : role_refuse(call, verdict);
    if (no == 0)
        no = admit_custom(mutation, &grant);
    if (no != 0)
        return no;
    const struct member member = member_with(call_arena(call), &grant, &roles, mutation->now_us);
    response->member = member_to_message(call, &member);
    no = role_store_insert(mutation->transaction, &grant, mutation->now_us);
    return no != 0 ? no : note_role(mutation, SECURITY_ROLE_GIVEN, &grant);
}

/* ---- RevokeRole ---- */

static void revoke_role_read(struct call *call, const Identity__V1__RevokeRoleRequest *message,
                             struct revoke_role *request)
{
    revoke_role_fields(call, message, request);
    field_either_role(call, request->role, request->custom_role_id);
}

static bool is_among(struct id_array ids, struct id id)
{
    size_t i = 0;
    while (i < ids.count && !id_equal(ids.items[i], id))
        i++;
    return i < ids.count;
}

/* The roles that a member loses. */
struct loss {
    struct id account_id;
    struct id principal_id;
    unsigned taken;
    struct id custom_role_id; /* the one that goes; nil: all of taken */
    bool by_itself;
    bool leaves; /* written: none is left */
};

/* Of the account's own roles, only the one that goes counts as held. */
static unsigned roles_at_stake(const struct account_roles *roles, const struct loss *loss)
{
    bool is_held = id_is_nil(loss->custom_role_id) ||
                   is_among(roles->member_custom_role_ids, loss->custom_role_id);
    return is_held ? roles->member_roles : roles->member_roles & ~(unsigned)ROLE_CUSTOM;
}

/* ID-27: of an administrator, while a hand-over is under way. */
static int decide_removal(struct mutation *mutation, const struct loss *loss)
{
    struct hand_over_row row;
    bool exists = false;
    struct hand_over_removal removal = {
        .of_oneself = id_equal(caller_id(mutation->call), loss->principal_id)};
    int no = hand_over_store_read(mutation->transaction, loss->account_id, mutation->now_us, &row,
                                  &exists);
    if (no == 0 && exists)
        no = hand_over_store_first(mutation->transaction, &row.hand_over, &removal.first_us);
    if (no != 0)
        return no;
    removal.found = exists ? &row.hand_over : NULL;
    enum hand_over_verdict verdict = hand_over_removal_decide(&removal, mutation->now_us);
    return verdict == HAND_OVER_ACCEPTED
               ? 0
               : call_refuse(mutation->call, hand_over_refusal(verdict), NO_TERMS);
}

/* Locks, and decides on it. */
static int decide_loss(struct mutation *mutation, struct loss *loss)
{
    struct id caller = caller_id(mutation->call);
    struct account_roles roles;
    int no = role_store_lock(mutation->transaction, loss->account_id, caller, loss->principal_id,
                             &roles);
    if (no != 0)
        return no;
    bool keeps_custom = !id_is_nil(loss->custom_role_id) && roles.member_custom_role_ids.count > 1;
    const struct role_revocation revocation = {
        .caller_roles = roles.caller.roles,
        .member_roles = roles_at_stake(&roles, loss),
        .taken = loss->taken,
        .administrators = roles.administrators,
        .owner_stays =
            roles.member_owns && (loss->by_itself || !id_equal(caller, loss->principal_id)),
        .by_itself = loss->by_itself};
    loss->leaves = role_leaves(roles.member_roles, loss->taken, keeps_custom);
    enum role_verdict verdict = role_revoke_decide(&revocation);
    if (verdict != ROLE_ACCEPTED)
        return role_refuse(mutation->call, verdict);
    bool administers = (roles.member_roles & loss->taken & ROLE_ACCOUNT_ADMINISTRATOR) != 0;
    return administers ? decide_removal(mutation, loss) : 0;
}

/* Of who has no role any more. */
static int leave(struct mutation *mutation, const struct leaver *leaver,
                 const struct roles_taken *taken, Identity__V1__MemberEnds **message)
{
    struct leaver_ends ends;
    int no = leaver_end(mutation, leaver, &ends);
    if (no != 0)
        return no;
    *message = arena_alloc(call_arena(mutation->call), sizeof **message);
    identity__v1__member_ends__init(*message);
    (*message)->roles = (int32_t)taken->roles;
    (*message)->keys = (int32_t)ends.keys;
    (*message)->invitations = (int32_t)ends.invitations;
    (*message)->sessions = (int32_t)taken->sessions;
    return 0;
}

static int revoke_role(struct mutation *mutation, const struct revoke_role *request,
                       Identity__V1__RevokeRoleResponse *response)
{
    const struct role_grant taken = {.account_id = request->account_id,
                                     .principal_id = request->principal_id,
                                     .role = role_of_message(request->role),
                                     .custom_role_id = request->custom_role_id,
                                     .granted_by = caller_id(mutation->call)};
    struct loss loss = {.account_id = taken.account_id,
                        .principal_id = taken.principal_id,
                        .taken =
                            id_is_nil(taken.custom_role_id) ? (unsigned)taken.role : ROLE_CUSTOM,
                        .custom_role_id = taken.custom_role_id};
    const struct leaver leaver = {.account_id = taken.account_id,
                                  .principal_id = taken.principal_id};
    struct roles_taken ended;
    int no = decide_loss(mutation, &loss);
    if (no == 0)
        no = role_store_delete(mutation->transaction, &taken, mutation->now_us, &ended);
    if (no == 0)
        no = note_role(mutation, SECURITY_ROLE_TAKEN, &taken);
    return no != 0 || !loss.leaves ? no : leave(mutation, &leaver, &ended, &response->ends);
}

/* ---- RemoveMember, LeaveAccount ---- */

/* All roles of a member; whoever takes them. */
static int take_all(struct mutation *mutation, const struct leaver *leaver, bool by_itself,
                    Identity__V1__MemberEnds **ends)
{
    const struct security_event gone = {
        .principal_id = leaver->principal_id,
        .account_id = leaver->account_id,
        .actor_id = by_itself ? (struct id){{0}} : caller_id(mutation->call),
        .kind = by_itself ? SECURITY_MEMBER_LEFT : SECURITY_MEMBER_REMOVED,
        .noted_us = mutation->now_us};
    struct loss loss = {.account_id = leaver->account_id,
                        .principal_id = leaver->principal_id,
                        .taken = ROLES_ALL,
                        .by_itself = by_itself};
    struct roles_taken ended;
    int no = decide_loss(mutation, &loss);
    if (no == 0)
        no = role_store_remove(mutation->transaction, leaver->account_id, leaver->principal_id,
                               mutation->now_us, &ended);
    if (no == 0)
        no = security_note(mutation->call, mutation->transaction, &gone);
    return no != 0 ? no : leave(mutation, leaver, &ended, ends);
}

static int remove_member(struct mutation *mutation, const struct remove_member *request,
                         Identity__V1__RemoveMemberResponse *response)
{
    const struct leaver leaver = {request->account_id, request->principal_id,
                                  id_array(request->kept_key_ids, request->n_kept_key_ids)};
    return take_all(mutation, &leaver, false, &response->ends);
}

static enum failure tell_administrators(struct mutation *mutation, const struct leaver *leaver,
                                        const Identity__V1__MemberEnds *ends)
{
    struct call *call = mutation->call;
    struct administrators administrators = {.count = 0};
    struct notice notice = {
        .account_id = leaver->account_id,
        .kind = NOTICE_ACCOUNT,
        .subject = "Your Kontor account",
        .text = arena_printf(call_arena(call),
                             "The member %s left the account by itself. With it ended %d keys that "
                             "it had made and %d invitations that it had sent.",
                             id_to_message(call, leaver->principal_id), (int)ends->keys,
                             (int)ends->invitations),
        .created_us = mutation->now_us};
    enum failure failure =
        role_store_administrators(mutation->transaction, leaver->account_id, &administrators);
    for (size_t i = 0; failure == FAILURE_NONE && i < administrators.count; i++) {
        notice.principal_id = administrators.items[i].principal_id;
        failure = notice_store_keep(mutation->transaction, &notice);
    }
    return failure;
}

static int leave_account(struct mutation *mutation, const struct leave_account *request,
                         Identity__V1__LeaveAccountResponse *response)
{
    const struct leaver leaver = {.account_id = request->account_id,
                                  .principal_id = caller_id(mutation->call)};
    int no = take_all(mutation, &leaver, true, &response->ends);
    return no != 0 ? no : tell_administrators(mutation, &leaver, response->ends);
}

/* ---- ListMembers ---- */

static ProtobufCMessage *member_message(struct call *call, const void *member)
{
    return (ProtobufCMessage *)member_to_message(call, member);
}

static int list_members(struct call *call, const struct list_members *request,
                        Identity__V1__ListMembersResponse *response)
{
    struct members found;
    int no = role_store_list(identity_reader(call), request->account_id, request->after_id,
                             page_limit(request->page_size), &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, principal_id,
                                      member_message),
                                 &response->base);
}
