/* Invitations are accepted (ID-20): by a log-in that has the address, or by a new one. */
#include "identity/domain/factor.h"
#include "identity/service/fields.h"
#include "identity/service/invitation_service.h"
#include "identity/service/new_password.h"
#include "identity/store/role_store.h"
#include "identity/store/sign_up_store.h"

/* An acceptance under way. */
struct acceptance {
    struct mutation *mutation;
    struct id invitation_id;
    const char *code;
    struct id principal_id; /* who becomes a member */
    struct invitation invitation;
    struct acceptance_facts facts;
};

/* Counted before it is looked at; one that is right does not count. Nothing of the invitation is
 * locked yet. */
static int guess_code(struct acceptance *acceptance)
{
    struct call *call = acceptance->mutation->call;
    char normal[RECOVERY_CODE_DIGITS + 1];
    uint8_t expected[INVITATION_MAC_SIZE];
    bool exists = false;
    struct acceptance_facts *facts = &acceptance->facts;
    int no = invitation_store_read(acceptance->mutation->transaction, acceptance->invitation_id,
                                   &acceptance->invitation, &exists);
    facts->counted = true;
    if (no != 0 || !exists || !recovery_code_normalise(acceptance->code, normal))
        return no;
    no = invitation_store_count_guess(identity_reader(call), acceptance->invitation_id,
                                      &facts->counted, expected);
    if (no != 0 || !facts->counted)
        return no;
    struct bytes mac = invitation_code_mac(call, &acceptance->invitation, normal);
    facts->matches = bytes_equal_secret(expected, mac.data, sizeof expected);
    return facts->matches
               ? invitation_store_forgive_guess(identity_reader(call), acceptance->invitation_id)
               : 0;
}

/* The inviter is judged as he is now; the account is locked for that, and the invitation with it.
 */
static int read_facts(struct acceptance *acceptance)
{
    struct transaction *transaction = acceptance->mutation->transaction;
    struct invitation *invitation = &acceptance->invitation;
    struct acceptance_facts *facts = &acceptance->facts;
    struct account_roles roles;
    bool exists = false, is_of = false;
    int no = role_store_lock(transaction, invitation->account_id, invitation->invited_by,
                             acceptance->principal_id, &roles);
    if (no == 0)
        no = invitation_store_read(transaction, acceptance->invitation_id, invitation, &exists);
    if (no == 0)
        no = sign_up_store_registered(transaction, CHANNEL_EMAIL, invitation->email_index,
                                      &facts->registered);
    if (no == 0)
        no = invitation_store_is_of(transaction, invitation, acceptance->principal_id, &is_of);
    facts->life = invitation->life;
    facts->address_is_theirs = is_of && facts->registered;
    facts->inviter_gives =
        no == 0 && role_give_decide(&roles.caller, invitation->subtree) == ROLE_ACCEPTED;
    facts->member_roles = roles.member_roles;
    return no == 0 && !exists ? FAILURE_CONFLICT : no;
}

static int decide_acceptance(struct acceptance *acceptance)
{
    int no = guess_code(acceptance);
    if (no == 0 && acceptance->facts.matches)
        no = read_facts(acceptance);
    if (no != 0)
        return no;
    enum acceptance_verdict verdict =
        acceptance_decide(&acceptance->facts, acceptance->mutation->now_us);
    return verdict == ACCEPTANCE_ACCEPTED
               ? 0
               : call_refuse(acceptance->mutation->call, acceptance_refusal(verdict), NO_TERMS);
}

/* The inviter gives the role. */
static enum failure note_acceptance(const struct acceptance *acceptance)
{
    struct mutation *mutation = acceptance->mutation;
    const struct invitation *invitation = &acceptance->invitation;
    const struct security_event given = {.principal_id = acceptance->principal_id,
                                         .account_id = invitation->account_id,
                                         .actor_id = invitation->invited_by,
                                         .kind = SECURITY_ROLE_GIVEN,
                                         .detail = role_name(invitation->role),
                                         .noted_us = mutation->now_us};
    enum failure failure = invitation_note(mutation, SECURITY_INVITATION_ACCEPTED, invitation,
                                           acceptance->principal_id);
    return failure != FAILURE_NONE ? failure
                                   : security_note(mutation->call, mutation->transaction, &given);
}

static int keep_acceptance(struct acceptance *acceptance)
{
    struct mutation *mutation = acceptance->mutation;
    int no = invitation_store_accept(mutation->transaction, &acceptance->invitation,
                                     acceptance->principal_id, mutation->now_us);
    return no != 0 ? no : note_acceptance(acceptance);
}

void accept_invitation_read(struct call *call, const Identity__V1__AcceptInvitationRequest *message,
                            struct accept_invitation *request)
{
    accept_invitation_fields(call, message, request);
    field_invitation_code(call, request->code);
}

void accept_invitation_kept(struct call *call, Identity__V1__AcceptInvitationRequest *message)
{
    message->code = text_digest(call, message->code);
}

int accept_invitation(struct mutation *mutation, const struct accept_invitation *request,
                      Identity__V1__AcceptInvitationResponse *response)
{
    struct acceptance acceptance = {.mutation = mutation,
                                    .invitation_id = request->invitation_id,
                                    .code = request->code,
                                    .principal_id = caller_id(mutation->call)};
    int no = decide_acceptance(&acceptance);
    if (no == 0)
        no = keep_acceptance(&acceptance);
    if (no != 0)
        return no;
    response->account_id = id_to_message(mutation->call, acceptance.invitation.account_id);
    response->role = role_to_message(acceptance.invitation.role);
    return 0;
}

void join_by_invitation_read(struct call *call,
                             const Identity__V1__JoinByInvitationRequest *message,
                             struct join_by_invitation *request)
{
    join_by_invitation_fields(call, message, request);
    request->password = password_normalise(call_task(call), message->password);
    request->password_confirmation =
        password_normalise(call_task(call), message->password_confirmation);
    field_new_password(
        call, &(struct new_password){"password", request->password, request->password_confirmation},
        "");
    field_text(call, "name", request->name, 1, PERSON_NAME_BYTES_MAX);
    field_invitation_code(call, request->code);
}

int join_by_invitation_prepare(struct call *call, struct join_by_invitation *request)
{
    struct invitation invitation;
    const char *email = "";
    bool exists = false;
    int no =
        invitation_store_find(identity_reader(call), request->invitation_id, &invitation, &exists);
    if (no == 0 && exists)
        email = text_open(call, LABEL_EMAIL, invitation.email_sealed);
    if (no != 0 || email == NULL)
        return no != 0 ? no : FAILURE_INTERNAL;
    return new_password_hash_unlike(call, &request->password, email);
}

void join_by_invitation_kept(struct call *call, Identity__V1__JoinByInvitationRequest *message)
{
    message->password = text_digest(call, message->password);
    message->password_confirmation = message->password;
    message->code = text_digest(call, message->code);
    message->name = text_digest(call, message->name);
}

int join_by_invitation(struct mutation *mutation, const struct join_by_invitation *request,
                       Identity__V1__JoinByInvitationResponse *response)
{
    struct call *call = mutation->call;
    struct acceptance acceptance = {.mutation = mutation,
                                    .invitation_id = request->invitation_id,
                                    .code = request->code,
                                    .principal_id = id_new(mutation->now_us),
                                    .facts = {.joins = true}};
    const struct new_member member = {acceptance.principal_id, request->password,
                                      text_seal(call, LABEL_NAME, request->name)};
    bool made = false;
    int no = decide_acceptance(&acceptance);
    if (no == 0)
        no = new_password_refuse_like(call, "password", request->password);
    if (no == 0)
        no = invitation_store_join(mutation->transaction, &acceptance.invitation, &member,
                                   mutation->now_us, &made);
    if (no == 0 && !made) /* ID-17 */
        return call_refuse(call, acceptance_refusal(ACCEPTANCE_REGISTERED), NO_TERMS);
    if (no == 0)
        no = keep_acceptance(&acceptance);
    if (no != 0)
        return no;
    response->account_id = id_to_message(call, acceptance.invitation.account_id);
    response->principal_id = id_to_message(call, acceptance.principal_id);
    response->role = role_to_message(acceptance.invitation.role);
    return 0;
}
