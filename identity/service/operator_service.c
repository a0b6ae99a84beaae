/* Operators: invited, listed, given other roles, removed. */
#include <assert.h>

#include "identity/domain/factor.h"
#include "identity/domain/refusals.h"
#include "identity/service/fields.h"
#include "identity/service/leaver.h"
#include "identity/service/operator_service.h"
#include "identity/service/start.h"
#include "identity/store/names.h"
#include "identity/store/session_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

struct invite_operator;
static int show_invitation(struct call *call, Identity__V1__InviteOperatorResponse *response);

#define invite_operator_admit(call) operator_admit(call, ROLE_OPERATOR_ADMINISTRATOR)
#define invite_operator_read invite_operator_read
#define invite_operator_kept invite_operator_kept
#define invite_operator_scope(call, request) caller_id(call)
#define invite_operator_done(call, request, response) show_invitation(call, response)
#define list_operator_invitations_admit(call) operator_admit(call, ROLE_OPERATOR_ADMINISTRATOR)
#define revoke_operator_invitation_admit(call) operator_admit(call, ROLE_OPERATOR_ADMINISTRATOR)
#define revoke_operator_invitation_scope(call, request) caller_id(call)
#define accept_operator_invitation_linkage extern
#define accept_operator_invitation_read accept_operator_invitation_read
#define accept_operator_invitation_prepare accept_operator_invitation_prepare
#define accept_operator_invitation_kept accept_operator_invitation_kept
#define accept_operator_invitation_scope(call, request) ((request)->invitation_id)
#define accept_first_operator_linkage extern
#define accept_first_operator_read accept_first_operator_read
#define accept_first_operator_prepare accept_first_operator_prepare
#define accept_first_operator_kept accept_first_operator_kept
#define accept_first_operator_scope(call, request) id_derive((struct id){{0}}, "first operator")
#define list_operators_admit(call) operator_admit(call, ROLE_OPERATOR_ADMINISTRATOR)
#define set_operator_roles_admit(call) operator_admit(call, ROLE_OPERATOR_ADMINISTRATOR)
#define set_operator_roles_read set_operator_roles_read
#define set_operator_roles_scope(call, request) caller_id(call)
#define remove_operator_admit(call) operator_admit(call, ROLE_OPERATOR_ADMINISTRATOR)
#define remove_operator_scope(call, request) caller_id(call)
#include "identity/service/operator_rpc.h"

#define ROLES_MAX 4

static void field_roles(struct call *call, const Identity__V1__Role *roles, size_t count)
{
    if (count < 1 || count > ROLES_MAX)
        call_add_field_violation(call, "roles", FAULT_OUT_OF_RANGE, "must hold 1 to 4");
    for (size_t i = 0; i < count && i < ROLES_MAX; i++)
        if (((unsigned)role_of_message(roles[i]) & ROLES_OF_OPERATORS) == 0)
            call_add_field_violation(call, "roles", FAULT_UNKNOWN_VALUE,
                                     "A role is none that an operator has.");
}

static unsigned roles_read(const Identity__V1__Role *messages, size_t count)
{
    unsigned roles = ROLE_NONE;
    for (size_t i = 0; i < count; i++)
        roles |= (unsigned)role_of_message(messages[i]);
    return roles;
}

static Identity__V1__OperatorInvitation *
invitation_to_message(struct call *call, const struct operator_invitation *invitation)
{
    struct arena *arena = call_arena(call);
    Identity__V1__OperatorInvitation *message = arena_alloc(arena, sizeof *message);
    identity__v1__operator_invitation__init(message);
    message->invitation_id = id_to_message(call, invitation->invitation_id);
    message->email = text_open(call, LABEL_EMAIL, invitation->email_sealed);
    message->name = text_open(call, LABEL_NAME, invitation->name_sealed);
    message->n_roles = roles_to_message(call, invitation->roles, &message->roles);
    message->state =
        (Identity__V1__InvitationState)invitation_state(&invitation->life, clock_now_us());
    message->invited_by = id_to_message(call, invitation->invited_by);
    message->create_time = timestamp_from_us(arena, invitation->created_us);
    message->expire_time = timestamp_from_us(arena, invitation->life.expires_us);
    if (!id_is_nil(invitation->accepted_by))
        message->accepted_by = id_to_message(call, invitation->accepted_by);
    return message->email != NULL && message->name != NULL ? message : NULL;
}

/* ---- InviteOperator ---- */

static void invite_operator_read(struct call *call,
                                 const Identity__V1__InviteOperatorRequest *message,
                                 struct invite_operator *request)
{
    invite_operator_fields(call, message, request);
    field_email(call, "email", request->email);
    field_text(call, "name", request->name, 0, PERSON_NAME_BYTES_MAX);
    field_roles(call, request->roles, request->n_roles);
}

static void invite_operator_kept(struct call *call, Identity__V1__InviteOperatorRequest *message)
{
    message->email = text_digest(call, message->email);
    message->name = text_digest(call, message->name);
}

static int lock_and_read(struct mutation *mutation, struct id operator_id,
                         struct operator_facts *facts)
{
    struct first_code code;
    int no = operator_store_lock(mutation->transaction, &code);
    return no != 0 ? no
                   : operator_store_read(mutation->transaction, caller_id(mutation->call),
                                         operator_id, facts);
}

static int decide_invite(struct mutation *mutation, const struct operator_invitation *invitation)
{
    struct operator_facts operators;
    int no = lock_and_read(mutation, invitation->invited_by, &operators);
    if (no != 0)
        return no;
    struct operator_invite_facts facts = {.caller_roles = operators.caller_roles,
                                          .operators = operators.operators};
    no = operator_invitation_store_count(mutation->transaction, invitation, &facts);
    if (no != 0)
        return no;
    enum operator_invite_verdict verdict = operator_invite_decide(&facts);
    return verdict == OPERATOR_INVITE_ACCEPTED
               ? 0
               : call_refuse(mutation->call, operator_invite_refusal(verdict), NO_TERMS);
}

/* The code is in the message alone, and in no answer. */
static enum failure send_invitation(struct mutation *mutation,
                                    const struct operator_invitation *invitation, const char *to,
                                    const char *code)
{
    struct call *call = mutation->call;
    struct id message_id;
    const struct message_order order = {
        .delivery = DELIVERY_EMAIL,
        .to = to,
        .subject = "You are invited to operate Kontor",
        .text = arena_printf(
            call_arena(call),
            "You are invited to operate Kontor as %s. To accept, choose a password within 7 days: "
            "the invitation is %s and your code %s. Then log in with this address and enrol a "
            "factor. If you expect no invitation, there is nothing to do.",
            roles_names(call_arena(call), invitation->roles),
            id_to_message(call, invitation->invitation_id), code)};
    return courier_take(mutation->transaction, &identity_of(call)->courier, &order,
                        mutation->now_us, &message_id);
}

static int keep_and_send(struct mutation *mutation, const struct operator_invitation *invitation,
                         const char *to)
{
    char code[RECOVERY_CODE_SIZE], normal[RECOVERY_CODE_DIGITS + 1];
    uint64_t bits;
    random_bytes(&bits, sizeof bits);
    recovery_code_print(bits, code);
    bool read = recovery_code_normalise(code, normal);
    assert(read);
    (void)read;
    const struct security_event event = {
        .principal_id = invitation->invited_by,
        .kind = SECURITY_OPERATOR_INVITED,
        .detail = id_to_message(mutation->call, invitation->invitation_id),
        .noted_us = mutation->now_us};
    int no = operator_invitation_store_insert(
        mutation->transaction, invitation, operator_code_mac(mutation->call, invitation, normal));
    if (no == 0)
        no = send_invitation(mutation, invitation, to, code);
    secret_wipe(code, sizeof code);
    secret_wipe(normal, sizeof normal);
    return no != 0 ? no : security_note(mutation->call, mutation->transaction, &event);
}

static int invite_operator(struct mutation *mutation, const struct invite_operator *request,
                           Identity__V1__InviteOperatorResponse *response)
{
    struct call *call = mutation->call;
    char email[EMAIL_SIZE];
    bool is_email = email_normalise(request->email, email);
    assert(is_email);
    const struct operator_invitation invitation = {
        .invitation_id = id_new(mutation->now_us),
        .email_sealed = text_seal(call, LABEL_EMAIL, email),
        .email_index = text_index(call, email),
        .name_sealed = text_seal(call, LABEL_NAME, request->name),
        .roles = roles_read(request->roles, request->n_roles),
        .invited_by = caller_id(call),
        .created_us = mutation->now_us,
        .life = {.expires_us = mutation->now_us + INVITATION_LIFETIME_US}};
    response->invitation = arena_alloc(call_arena(call), sizeof *response->invitation);
    identity__v1__operator_invitation__init(response->invitation);
    response->invitation->invitation_id = id_to_message(call, invitation.invitation_id);
    int no = decide_invite(mutation, &invitation);
    return no == 0 ? keep_and_send(mutation, &invitation, email) : no;
}

/* The address and the name are not in the answer that is kept. */
static int show_invitation(struct call *call, Identity__V1__InviteOperatorResponse *response)
{
    struct operator_invitation invitation;
    struct id invitation_id;
    bool exists = false;
    if (!id_parse(response->invitation->invitation_id, &invitation_id))
        return FAILURE_INTERNAL;
    int no =
        operator_invitation_store_find(identity_reader(call), invitation_id, &invitation, &exists);
    if (no != 0 || !exists)
        return no;
    response->invitation = invitation_to_message(call, &invitation);
    return response->invitation != NULL ? messages_deliver(call) : FAILURE_INTERNAL;
}

/* ---- ListOperatorInvitations, RevokeOperatorInvitation ---- */

static ProtobufCMessage *invitation_message(struct call *call, const void *invitation)
{
    return (ProtobufCMessage *)invitation_to_message(call, invitation);
}

static int list_operator_invitations(struct call *call,
                                     const struct list_operator_invitations *request,
                                     Identity__V1__ListOperatorInvitationsResponse *response)
{
    struct operator_invitations found;
    int no = operator_invitation_store_list(identity_reader(call), request->before_id,
                                            page_limit(request->page_size), &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, invitation_id,
                                      invitation_message),
                                 &response->base);
}

static int revoke_operator_invitation(struct mutation *mutation,
                                      const struct revoke_operator_invitation *request,
                                      Identity__V1__RevokeOperatorInvitationResponse *response)
{
    struct call *call = mutation->call;
    struct operator_facts operators;
    struct operator_invitation invitation;
    bool exists = false;
    (void)response;
    int no = lock_and_read(mutation, caller_id(call), &operators);
    if (no == 0)
        no = operator_invitation_store_read(mutation->transaction, request->invitation_id,
                                            &invitation, &exists);
    if (no != 0)
        return no;
    const struct revocation_facts facts = {.caller_roles = operators.caller_roles,
                                           .exists = exists,
                                           .life = exists ? invitation.life
                                                          : (struct invitation_life){0}};
    enum operator_revocation_verdict verdict = operator_revocation_decide(&facts, mutation->now_us);
    if (verdict != OPERATOR_REVOCATION_ACCEPTED)
        return call_refuse(call, operator_revocation_refusal(verdict), NO_TERMS);
    const struct security_event event = {.principal_id = caller_id(call),
                                         .kind = SECURITY_OPERATOR_INVITATION_REVOKED,
                                         .detail = id_to_message(call, request->invitation_id),
                                         .noted_us = mutation->now_us};
    no = operator_invitation_store_revoke(mutation->transaction, request->invitation_id,
                                          mutation->now_us);
    return no != 0 ? no : security_note(call, mutation->transaction, &event);
}

/* ---- ListOperators ---- */

/* Those of before there were invitations have neither address nor name. */
static char *text_of(struct call *call, const char *label, struct bytes sealed)
{
    return sealed.data == NULL ? (char *)(uintptr_t) "" : text_open(call, label, sealed);
}

static ProtobufCMessage *operator_message(struct call *call, const void *item)
{
    const struct operator_row *row = item;
    Identity__V1__Operator *message = arena_alloc(call_arena(call), sizeof *message);
    identity__v1__operator__init(message);
    message->principal_id = id_to_message(call, row->principal_id);
    message->email = text_of(call, LABEL_EMAIL, row->email_sealed);
    message->name = text_of(call, LABEL_NAME, row->name_sealed);
    message->n_roles = roles_to_message(call, row->roles, &message->roles);
    message->has_factor = row->has_factor;
    message->join_time = timestamp_from_us(call_arena(call), row->joined_us);
    return message->email != NULL && message->name != NULL ? &message->base : NULL;
}

static int list_operators(struct call *call, const struct list_operators *request,
                          Identity__V1__ListOperatorsResponse *response)
{
    struct operators found;
    int no = operator_store_list(identity_reader(call), request->after_id,
                                 page_limit(request->page_size), &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, principal_id,
                                      operator_message),
                                 &response->base);
}

/* ---- SetOperatorRoles, RemoveOperator ---- */

/* becomes: ROLE_NONE of who is removed. */
static int decide_change(struct mutation *mutation, struct id principal_id, unsigned becomes,
                         unsigned *before)
{
    struct operator_facts facts;
    int no = lock_and_read(mutation, principal_id, &facts);
    if (no != 0)
        return no;
    *before = facts.operator_roles;
    const struct operator_change change = {.caller_roles = facts.caller_roles,
                                           .roles = facts.operator_roles,
                                           .becomes = becomes,
                                           .is_caller =
                                               id_equal(principal_id, caller_id(mutation->call)),
                                           .administrators = facts.administrators};
    enum operator_change_verdict verdict = operator_change_decide(&change);
    return verdict == OPERATOR_CHANGE_ACCEPTED
               ? 0
               : call_refuse(mutation->call, operator_change_refusal(verdict), NO_TERMS);
}

static void set_operator_roles_read(struct call *call,
                                    const Identity__V1__SetOperatorRolesRequest *message,
                                    struct set_operator_roles *request)
{
    set_operator_roles_fields(call, message, request);
    field_roles(call, request->roles, request->n_roles);
}

static int set_operator_roles(struct mutation *mutation, const struct set_operator_roles *request,
                              Identity__V1__SetOperatorRolesResponse *response)
{
    struct call *call = mutation->call;
    const struct operator_roles roles = {
        request->principal_id, roles_read(request->roles, request->n_roles), caller_id(call)};
    unsigned before = ROLE_NONE;
    int no = decide_change(mutation, request->principal_id, roles.roles, &before);
    if (no == 0)
        no = operator_note_roles(mutation, request->principal_id, caller_id(call), before,
                                 roles.roles);
    if (no != 0)
        return no;
    response->n_roles = roles_to_message(call, roles.roles, &response->roles);
    return operator_store_set_roles(mutation->transaction, &roles, mutation->now_us);
}

static int remove_operator(struct mutation *mutation, const struct remove_operator *request,
                           Identity__V1__RemoveOperatorResponse *response)
{
    struct call *call = mutation->call;
    const struct security_event event = {.principal_id = request->principal_id,
                                         .actor_id = caller_id(call),
                                         .kind = SECURITY_OPERATOR_REMOVED,
                                         .noted_us = mutation->now_us};
    unsigned before = ROLE_NONE;
    int64_t ended = 0;
    (void)response;
    int no = decide_change(mutation, request->principal_id, ROLE_NONE, &before);
    if (no == 0)
        no = operator_note_roles(mutation, request->principal_id, caller_id(call), before,
                                 ROLE_NONE);
    if (no == 0)
        no = operator_store_end(mutation->transaction, request->principal_id, mutation->now_us);
    if (no == 0)
        no = session_store_revoke_others(mutation->transaction, request->principal_id,
                                         (struct id){{0}}, mutation->now_us, &ended);
    if (no == 0)
        no = leaver_tell(mutation, (struct id){{0}}, request->principal_id);
    return no != 0 ? no : security_note(call, mutation->transaction, &event);
}
