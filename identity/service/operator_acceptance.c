/* Operators come in: by an invitation, the first one by the installation's code. */
#include <assert.h>

#include "identity/domain/factor.h"
#include "identity/service/fields.h"
#include "identity/service/new_password.h"
#include "identity/service/operator_service.h"
#include "identity/store/sign_up_store.h"

static void field_password(struct call *call, const char *password, const char *confirmation,
                           const char *email)
{
    field_new_password(call, &(struct new_password){"password", password, confirmation}, email);
}

/* A log-in of its own with these roles, and a note of it. *made is false when somebody logs in by
 * the address (ID-17). */
static int let_in(struct mutation *mutation, const struct new_operator *operates,
                  const struct operator_roles *roles, const char *by, bool *made)
{
    const struct security_event joined = {.principal_id = operates->principal_id,
                                          .actor_id = roles->granted_by,
                                          .kind = SECURITY_OPERATOR_JOINED,
                                          .detail = by,
                                          .noted_us = mutation->now_us};
    int no = operator_store_make(mutation->transaction, operates, mutation->now_us, made);
    if (no != 0 || !*made)
        return no;
    no = security_note(mutation->call, mutation->transaction, &joined);
    if (no == 0)
        no = operator_note_roles(mutation, operates->principal_id, roles->granted_by, ROLE_NONE,
                                 roles->roles);
    return no != 0 ? no : operator_store_set_roles(mutation->transaction, roles, mutation->now_us);
}

/* ---- AcceptOperatorInvitation ---- */

void accept_operator_invitation_read(struct call *call,
                                     const Identity__V1__AcceptOperatorInvitationRequest *message,
                                     struct accept_operator_invitation *request)
{
    accept_operator_invitation_fields(call, message, request);
    request->password = password_normalise(call_task(call), message->password);
    request->password_confirmation =
        password_normalise(call_task(call), message->password_confirmation);
    field_password(call, request->password, request->password_confirmation, "");
    field_text(call, "name", request->name, 1, PERSON_NAME_BYTES_MAX);
    field_invitation_code(call, request->code);
}

int accept_operator_invitation_prepare(struct call *call,
                                       struct accept_operator_invitation *request)
{
    struct operator_invitation invitation;
    const char *email = "";
    bool exists = false;
    int no = operator_invitation_store_find(identity_reader(call), request->invitation_id,
                                            &invitation, &exists);
    if (no == 0 && exists)
        email = text_open(call, LABEL_EMAIL, invitation.email_sealed);
    if (no != 0 || email == NULL)
        return no != 0 ? no : FAILURE_INTERNAL;
    return new_password_hash_unlike(call, &request->password, email);
}

void accept_operator_invitation_kept(struct call *call,
                                     Identity__V1__AcceptOperatorInvitationRequest *message)
{
    message->password = text_digest(call, message->password);
    message->password_confirmation = message->password;
    message->code = text_digest(call, message->code);
    message->name = text_digest(call, message->name);
}

/* Counted before it is looked at. Nothing of the invitation is locked yet. */
static int guess_code(struct mutation *mutation, const struct accept_operator_invitation *request,
                      struct acceptance_facts *facts)
{
    struct call *call = mutation->call;
    struct operator_invitation invitation;
    char normal[RECOVERY_CODE_DIGITS + 1];
    uint8_t expected[INVITATION_MAC_SIZE];
    bool exists = false;
    facts->counted = true;
    int no = operator_invitation_store_read(mutation->transaction, request->invitation_id,
                                            &invitation, &exists);
    if (no != 0 || !exists || !recovery_code_normalise(request->code, normal))
        return no;
    no = operator_invitation_store_count_guess(identity_reader(call), request->invitation_id,
                                               &facts->counted, expected);
    if (no != 0 || !facts->counted)
        return no;
    struct bytes mac = operator_code_mac(call, &invitation, normal);
    facts->matches = bytes_equal_secret(expected, mac.data, sizeof expected);
    return facts->matches ? operator_invitation_store_forgive_guess(identity_reader(call),
                                                                    request->invitation_id)
                          : 0;
}

/* Once the code was right, under the lock of all operators: the invitation and the inviter as they
 * are now. */
static int read_facts(struct mutation *mutation, struct operator_invitation *invitation,
                      struct operator_acceptance_facts *facts)
{
    struct transaction *transaction = mutation->transaction;
    struct first_code code;
    struct operator_facts operators = {0};
    bool exists = false;
    int no = operator_store_lock(transaction, &code);
    if (no == 0)
        no = operator_invitation_store_read(transaction, invitation->invitation_id, invitation,
                                            &exists);
    if (no == 0 && !exists)
        return FAILURE_CONFLICT;
    if (no == 0)
        no = operator_store_read(transaction, invitation->invited_by, invitation->invited_by,
                                 &operators);
    if (no == 0)
        no = sign_up_store_registered(transaction, CHANNEL_EMAIL, invitation->email_index,
                                      &facts->registered);
    facts->inviter_roles = operators.caller_roles;
    facts->operators = operators.operators;
    return no;
}

static int refuse_acceptance(struct call *call, enum operator_acceptance_verdict verdict)
{
    return call_refuse(call, operator_acceptance_refusal(verdict), NO_TERMS);
}

static int decide_acceptance(struct mutation *mutation,
                             const struct accept_operator_invitation *request,
                             struct operator_invitation *invitation)
{
    struct acceptance_facts guess = {.joins = true};
    struct operator_acceptance_facts facts = {0};
    *invitation = (struct operator_invitation){.invitation_id = request->invitation_id};
    int no = guess_code(mutation, request, &guess);
    if (no == 0 && guess.matches)
        no = read_facts(mutation, invitation, &facts);
    if (no != 0)
        return no;
    guess.life = invitation->life;
    enum acceptance_verdict code = acceptance_code_decide(&guess, mutation->now_us);
    if (code != ACCEPTANCE_ACCEPTED)
        return call_refuse(mutation->call, acceptance_refusal(code), NO_TERMS);
    enum operator_acceptance_verdict verdict = operator_acceptance_decide(&facts);
    return verdict == OPERATOR_ACCEPTANCE_ACCEPTED ? 0 : refuse_acceptance(mutation->call, verdict);
}

int accept_operator_invitation(struct mutation *mutation,
                               const struct accept_operator_invitation *request,
                               Identity__V1__AcceptOperatorInvitationResponse *response)
{
    struct call *call = mutation->call;
    struct operator_invitation invitation;
    bool made = false;
    int no = decide_acceptance(mutation, request, &invitation);
    if (no == 0)
        no = new_password_refuse_like(call, "password", request->password);
    if (no != 0)
        return no;
    const struct new_operator operates = {.principal_id = id_new(mutation->now_us),
                                          .email_index = invitation.email_index,
                                          .email_sealed = invitation.email_sealed,
                                          .name_sealed = text_seal(call, LABEL_NAME, request->name),
                                          .password_hash = request->password};
    const struct operator_roles roles = {operates.principal_id, invitation.roles,
                                         invitation.invited_by};
    no = let_in(mutation, &operates, &roles, id_to_message(call, request->invitation_id), &made);
    if (no == 0 && !made)
        return refuse_acceptance(call, OPERATOR_ACCEPTANCE_REGISTERED);
    if (no == 0)
        no = operator_invitation_store_accept(mutation->transaction, request->invitation_id,
                                              operates.principal_id, mutation->now_us);
    response->principal_id = id_to_message(call, operates.principal_id);
    response->n_roles = roles_to_message(call, invitation.roles, &response->roles);
    return no;
}

/* ---- AcceptFirstOperator ---- */

void accept_first_operator_read(struct call *call,
                                const Identity__V1__AcceptFirstOperatorRequest *message,
                                struct accept_first_operator *request)
{
    accept_first_operator_fields(call, message, request);
    request->password = password_normalise(call_task(call), message->password);
    request->password_confirmation =
        password_normalise(call_task(call), message->password_confirmation);
    field_text(call, "name", request->name, 1, PERSON_NAME_BYTES_MAX);
    field_email(call, "email", request->email);
    if (!first_code_is_one(request->code))
        call_add_field_violation(call, "code", FAULT_MALFORMED,
                                 "The code is not one of an installation.");
}

int accept_first_operator_prepare(struct call *call, struct accept_first_operator *request)
{
    char email[EMAIL_SIZE];
    bool is_email = email_normalise(request->email, email);
    assert(is_email);
    field_password(call, request->password, request->password_confirmation, email);
    return call_has_violations(call) ? call_refuse_violations(call)
                                     : new_password_hash(call, &request->password);
}

void accept_first_operator_kept(struct call *call,
                                Identity__V1__AcceptFirstOperatorRequest *message)
{
    message->password = text_digest(call, message->password);
    message->password_confirmation = message->password;
    message->code = text_digest(call, message->code);
    message->email = text_digest(call, message->email);
    message->name = text_digest(call, message->name);
}

static int decide_first(struct mutation *mutation, const char *typed, struct bytes email_index,
                        const char **by)
{
    struct transaction *transaction = mutation->transaction;
    struct first_code code = {.recovery_reason = NULL};
    struct operator_facts operators = {0};
    struct first_operator_facts facts = {0};
    uint8_t hash[FIRST_CODE_HASH_SIZE];
    int no = operator_store_lock(transaction, &code);
    if (no == 0)
        no = operator_store_read(transaction, (struct id){{0}}, (struct id){{0}}, &operators);
    if (no == 0)
        no = sign_up_store_registered(transaction, CHANNEL_EMAIL, email_index, &facts.registered);
    if (no != 0)
        return no;
    sha256(typed, strlen(typed), hash);
    *by = operators.administrators > 0 ? "recovery" : "first";
    facts.administrators = operators.administrators;
    facts.recovers = code.recovery_reason != NULL;
    facts.matches =
        code.hash.size == sizeof hash && bytes_equal_secret(hash, code.hash.data, sizeof hash);
    facts.expires_us = code.expires_us;
    enum first_operator_verdict verdict = first_operator_decide(&facts, mutation->now_us);
    return verdict == FIRST_OPERATOR_ACCEPTED
               ? 0
               : call_refuse(mutation->call, first_operator_refusal(verdict), NO_TERMS);
}

/* The code is worth nothing afterwards. */
int accept_first_operator(struct mutation *mutation, const struct accept_first_operator *request,
                          Identity__V1__AcceptFirstOperatorResponse *response)
{
    struct call *call = mutation->call;
    char email[EMAIL_SIZE];
    bool made = false, is_email = email_normalise(request->email, email);
    assert(is_email);
    const struct new_operator operates = {.principal_id = id_new(mutation->now_us),
                                          .email_index = text_index(call, email),
                                          .email_sealed = text_seal(call, LABEL_EMAIL, email),
                                          .name_sealed = text_seal(call, LABEL_NAME, request->name),
                                          .password_hash = request->password};
    const struct operator_roles roles = {.principal_id = operates.principal_id,
                                         .roles = ROLES_OF_OPERATORS};
    const char *by = "";
    int no = decide_first(mutation, request->code, operates.email_index, &by);
    if (no == 0)
        no = let_in(mutation, &operates, &roles, by, &made);
    if (no == 0 && !made)
        return call_refuse(call, first_operator_refusal(FIRST_OPERATOR_REGISTERED), NO_TERMS);
    if (no == 0)
        no = operator_store_put_code(mutation->transaction, &(struct first_code){.expires_us = 0});
    response->principal_id = id_to_message(call, operates.principal_id);
    response->n_roles = roles_to_message(call, roles.roles, &response->roles);
    return no;
}
