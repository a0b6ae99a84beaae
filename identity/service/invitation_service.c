/* Invitations (ID-20): sent, listed, taken back. */
#include <assert.h>

#include "identity/domain/factor.h"
#include "identity/service/fields.h"
#include "identity/service/invitation_service.h"
#include "identity/service/start.h"
#include "identity/store/role_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

struct invite_member;
static int show_invitation(struct call *call, Identity__V1__InviteMemberResponse *response);

#define invite_member_admit(call) caller_admit(call)
#define invite_member_read invite_member_read
#define invite_member_kept invite_member_kept
#define invite_member_done(call, request, response) show_invitation(call, response)
#define list_invitations_admit(call) caller_admit(call)
#define revoke_invitation_admit(call) caller_admit(call)
#define accept_invitation_admit(call) caller_admit(call)
#define accept_invitation_linkage extern
#define accept_invitation_read accept_invitation_read
#define accept_invitation_kept accept_invitation_kept
#define accept_invitation_scope(call, request) caller_id(call)
#define join_by_invitation_linkage extern
#define join_by_invitation_read join_by_invitation_read
#define join_by_invitation_prepare join_by_invitation_prepare
#define join_by_invitation_kept join_by_invitation_kept
#define join_by_invitation_scope(call, request) ((request)->invitation_id)
#include "identity/service/invitation_rpc.h"

static_assert((int)INVITATION_OPEN == (int)IDENTITY__V1__INVITATION_STATE__INVITATION_STATE_OPEN &&
                  (int)INVITATION_LOCKED ==
                      (int)IDENTITY__V1__INVITATION_STATE__INVITATION_STATE_LOCKED,
              "states are the wire's");

static Identity__V1__Invitation *invitation_to_message(struct call *call,
                                                       const struct invitation *invitation)
{
    struct arena *arena = call_arena(call);
    Identity__V1__Invitation *message = arena_alloc(arena, sizeof *message);
    identity__v1__invitation__init(message);
    message->invitation_id = id_to_message(call, invitation->invitation_id);
    message->email = text_open(call, LABEL_EMAIL, invitation->email_sealed);
    message->name = text_open(call, LABEL_NAME, invitation->name_sealed);
    message->role = role_to_message(invitation->role);
    message->subtree = invitation->subtree;
    message->state =
        (Identity__V1__InvitationState)invitation_state(&invitation->life, clock_now_us());
    message->invited_by = id_to_message(call, invitation->invited_by);
    message->create_time = timestamp_from_us(arena, invitation->created_us);
    message->expire_time = timestamp_from_us(arena, invitation->life.expires_us);
    if (!id_is_nil(invitation->accepted_by))
        message->accepted_by = id_to_message(call, invitation->accepted_by);
    return message->email != NULL && message->name != NULL ? message : NULL;
}

/* ---- InviteMember ---- */

static void invite_member_read(struct call *call, const Identity__V1__InviteMemberRequest *message,
                               struct invite_member *request)
{
    invite_member_fields(call, message, request);
    field_email(call, "email", request->email);
    field_text(call, "name", request->name, 0, PERSON_NAME_BYTES_MAX);
    field_role(call, "role", request->role);
}

static void invite_member_kept(struct call *call, Identity__V1__InviteMemberRequest *message)
{
    message->email = text_digest(call, message->email);
    message->name = text_digest(call, message->name);
}

static int decide_invite(struct mutation *mutation, const struct invitation *invitation)
{
    struct account_roles roles;
    struct invite_facts facts;
    int no = role_store_lock(mutation->transaction, invitation->account_id, invitation->invited_by,
                             invitation->invited_by, &roles);
    if (no == 0)
        no = role_give(mutation->call, &roles.caller, invitation->subtree);
    if (no == 0)
        no = invitation_store_count(mutation->transaction, invitation, &facts);
    if (no != 0)
        return no;
    enum invite_verdict verdict = invite_decide(&facts);
    return verdict == INVITE_ACCEPTED
               ? 0
               : call_refuse(mutation->call, invite_refusal(verdict), NO_TERMS);
}

/* The code is in the message alone, and in no answer. */
static enum failure send_invitation(struct mutation *mutation, const struct invitation *invitation,
                                    const char *to, const char *code)
{
    struct id message_id;
    const struct message_order order = {
        .delivery = DELIVERY_EMAIL,
        .to = to,
        .subject = "You are invited to a Kontor account",
        .text = arena_printf(
            call_arena(mutation->call),
            "You are invited to act in the Kontor account %s as %s. To accept, log in with this "
            "address, or choose a password if you have no log-in yet. Within 7 days, the "
            "invitation is %s and your code %s. If you expect no invitation, there is nothing to "
            "do.",
            id_to_message(mutation->call, invitation->account_id), role_name(invitation->role),
            id_to_message(mutation->call, invitation->invitation_id), code)};
    return courier_take(mutation->transaction, &identity_of(mutation->call)->courier, &order,
                        mutation->now_us, &message_id);
}

static int keep_and_send(struct mutation *mutation, const struct invitation *invitation,
                         const char *to)
{
    char code[RECOVERY_CODE_SIZE], normal[RECOVERY_CODE_DIGITS + 1];
    uint64_t bits;
    random_bytes(&bits, sizeof bits);
    recovery_code_print(bits, code);
    bool read = recovery_code_normalise(code, normal);
    assert(read);
    (void)read;
    int no = invitation_store_insert(mutation->transaction, invitation,
                                     invitation_code_mac(mutation->call, invitation, normal));
    if (no == 0)
        no = send_invitation(mutation, invitation, to, code);
    secret_wipe(code, sizeof code);
    secret_wipe(normal, sizeof normal);
    return no != 0 ? no
                   : invitation_note(mutation, SECURITY_MEMBER_INVITED, invitation,
                                     invitation->invited_by);
}

static int invite_member(struct mutation *mutation, const struct invite_member *request,
                         Identity__V1__InviteMemberResponse *response)
{
    struct call *call = mutation->call;
    char email[EMAIL_SIZE];
    bool is_email = email_normalise(request->email, email);
    assert(is_email);
    const struct invitation invitation = {
        .invitation_id = id_new(mutation->now_us),
        .account_id = request->account_id,
        .email_sealed = text_seal(call, LABEL_EMAIL, email),
        .email_index = text_index(call, email),
        .name_sealed = text_seal(call, LABEL_NAME, request->name),
        .role = role_of_message(request->role),
        .subtree = request->subtree,
        .invited_by = caller_id(call),
        .created_us = mutation->now_us,
        .life = {.expires_us = mutation->now_us + INVITATION_LIFETIME_US}};
    response->invitation = arena_alloc(call_arena(call), sizeof *response->invitation);
    identity__v1__invitation__init(response->invitation);
    response->invitation->invitation_id = id_to_message(call, invitation.invitation_id);
    int no = decide_invite(mutation, &invitation);
    return no == 0 ? keep_and_send(mutation, &invitation, email) : no;
}

/* The address and the name are not in the answer that is kept. */
static int show_invitation(struct call *call, Identity__V1__InviteMemberResponse *response)
{
    struct invitation invitation;
    struct id invitation_id;
    bool exists = false;
    if (!id_parse(response->invitation->invitation_id, &invitation_id))
        return FAILURE_INTERNAL;
    int no = invitation_store_find(identity_reader(call), invitation_id, &invitation, &exists);
    if (no != 0 || !exists)
        return no;
    response->invitation = invitation_to_message(call, &invitation);
    return response->invitation != NULL ? messages_deliver(call) : FAILURE_INTERNAL;
}

/* ---- ListInvitations ---- */

static ProtobufCMessage *invitation_message(struct call *call, const void *invitation)
{
    return (ProtobufCMessage *)invitation_to_message(call, invitation);
}

static int list_invitations(struct call *call, const struct list_invitations *request,
                            Identity__V1__ListInvitationsResponse *response)
{
    struct invitations found;
    const struct invitation_page page = {request->account_id, request->before_id,
                                         page_limit(request->page_size)};
    int no = invitation_store_list(identity_reader(call), &page, &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, invitation_id,
                                      invitation_message),
                                 &response->base);
}

/* ---- RevokeInvitation ---- */

static int revoke_invitation(struct mutation *mutation, const struct revoke_invitation *request,
                             Identity__V1__RevokeInvitationResponse *response)
{
    struct call *call = mutation->call;
    struct account_roles roles;
    struct invitation invitation;
    bool exists = false;
    (void)response;
    int no = role_store_lock(mutation->transaction, request->account_id, caller_id(call),
                             caller_id(call), &roles);
    if (no == 0)
        no = invitation_store_read(mutation->transaction, request->invitation_id, &invitation,
                                   &exists);
    if (no != 0)
        return no;
    const struct revocation_facts facts = {
        .caller_roles = roles.caller.roles,
        .exists = exists && id_equal(invitation.account_id, request->account_id),
        .life = exists ? invitation.life : (struct invitation_life){0}};
    enum revocation_verdict verdict = revocation_decide(&facts, mutation->now_us);
    if (verdict != REVOCATION_ACCEPTED)
        return call_refuse(call, revocation_refusal(verdict), NO_TERMS);
    no = invitation_store_revoke(mutation->transaction, request->invitation_id, mutation->now_us);
    return no != 0 ? no
                   : invitation_note(mutation, SECURITY_INVITATION_REVOKED, &invitation,
                                     caller_id(call));
}
