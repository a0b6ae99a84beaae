/* Invitations of customers are opened, accepted and declined by whoever has the token (ID-21). */
#include "identity/jobs/customer_invitation.h"
#include "identity/service/account_service.h"
#include "identity/service/customer_invitation.h"
#include "identity/service/fields.h"
#include "identity/service/relation.h"
#include "identity/service/token.h"
#include "runtime/rpc/timestamp.h"

static int refuse(struct call *call, enum customer_invitation_verdict verdict)
{
    return call_refuse(call, customer_invitation_refusal(verdict), NO_TERMS);
}

/* *found is NULL when there is none with the token. */
static int take(struct mutation *mutation, struct id invitation_id, const char *token,
                struct customer_invitation *invitation,
                const struct customer_invitation_life **found)
{
    uint8_t hash[TOKEN_HASH_SIZE];
    bool exists = false;
    int no =
        customer_invitation_store_lock(mutation->transaction, invitation_id, invitation, &exists);
    bool matches = no == 0 && exists && token_hash(token, hash) &&
                   bytes_equal_secret(hash, invitation->token_hash, sizeof hash);
    *found = matches ? &invitation->life : NULL;
    return no;
}

/* ---- OpenCustomerInvitation ---- */

void open_customer_invitation_kept(struct call *call,
                                   Identity__V1__OpenCustomerInvitationRequest *message)
{
    message->token = text_digest(call, message->token);
}

static void show(struct call *call, const struct customer_invitation *invitation,
                 Identity__V1__OpenCustomerInvitationResponse *response)
{
    struct arena *arena = call_arena(call);
    const char *name = invitation->agent_company_name;
    response->agent_account_id = id_to_message(call, invitation->offer.agent_id);
    response->agent_company_name = arena_strdup(arena, name != NULL ? name : "");
    response->terms = relation_terms_message(arena, &invitation->offer.terms);
    response->offer_hash = arena_strdup(arena, invitation->offer_hash);
    response->expire_time = timestamp_from_us(arena, customer_invitation_end_us(&invitation->life));
}

int open_customer_invitation(struct mutation *mutation,
                             const struct open_customer_invitation *request,
                             Identity__V1__OpenCustomerInvitationResponse *response)
{
    struct customer_invitation invitation;
    const struct customer_invitation_life *found = NULL;
    int no = take(mutation, request->invitation_id, request->token, &invitation, &found);
    if (no != 0)
        return no;
    enum customer_invitation_verdict verdict =
        customer_invitation_open_decide(found, mutation->now_us);
    if (verdict != CUSTOMER_INVITATION_TAKEN)
        return refuse(mutation->call, verdict);
    if (invitation.life.opened_us == 0) {
        invitation.life.opened_us = mutation->now_us;
        no = customer_invitation_store_advance(mutation->transaction, &invitation);
    }
    show(mutation->call, &invitation, response);
    return no;
}

/* ---- AcceptCustomerInvitation ---- */

void accept_customer_invitation_kept(struct call *call,
                                     Identity__V1__AcceptCustomerInvitationRequest *message)
{
    message->token = text_digest(call, message->token);
}

static int admit(struct mutation *mutation, const struct accept_customer_invitation *request,
                 struct customer_invitation *invitation)
{
    struct customer_acceptance acceptance = {.agreed_hash = request->offer_hash};
    struct account_row account;
    int no = administrator_lock(mutation, request->account_id);
    if (no == 0)
        no = account_lock(mutation, request->account_id, &account);
    if (no == 0)
        no = take(mutation, request->invitation_id, request->token, invitation, &acceptance.found);
    if (no == 0 && acceptance.found != NULL)
        no = customer_invitation_store_is_of(mutation->transaction, invitation, request->account_id,
                                             &acceptance.holds_contact);
    if (no != 0)
        return no;
    if (acceptance.found != NULL) {
        acceptance.of_another_account = !id_is_nil(invitation->account_id) &&
                                        !id_equal(invitation->account_id, request->account_id);
        acceptance.account_created_us = account.created_us;
        acceptance.offered_hash = invitation->offer_hash;
    }
    enum customer_invitation_verdict verdict =
        customer_invitation_accept_decide(&acceptance, mutation->now_us);
    return verdict == CUSTOMER_INVITATION_TAKEN ? 0 : refuse(mutation->call, verdict);
}

/* A customer at once, or when it is verified who stands behind the account. */
static int associate(struct mutation *mutation, struct customer_invitation *invitation)
{
    struct obstacles_found found;
    int no = relation_read_standing(mutation->call, &found.standing);
    if (no == 0)
        no = customer_invitation_associate(mutation->transaction,
                                           &identity_of(mutation->call)->courier, invitation,
                                           mutation->now_us, &found);
    if (no != 0)
        return no;
    return customer_invitation_waits(found.obstacles, found.count)
               ? relation_note(mutation, invitation->account_id, invitation->invitation_id,
                               SECURITY_RELATION_CONFIRMED)
               : relation_refuse_for(mutation->call, invitation->account_id, found.obstacles,
                                     found.count);
}

int accept_customer_invitation(struct mutation *mutation,
                               const struct accept_customer_invitation *request,
                               Identity__V1__AcceptCustomerInvitationResponse *response)
{
    struct customer_invitation invitation;
    int64_t now_us = mutation->now_us;
    int no = relation_store_lock_structure(mutation->transaction);
    if (no == 0)
        no = admit(mutation, request, &invitation);
    if (no != 0)
        return no;
    invitation.life.opened_us = invitation.life.opened_us != 0 ? invitation.life.opened_us : now_us;
    invitation.life.accepted_us = now_us;
    invitation.account_id = request->account_id;
    invitation.accepted_by = caller_id(mutation->call);
    invitation.next_us = now_us;
    no = associate(mutation, &invitation);
    if (no == 0)
        no = customer_invitation_store_advance(mutation->transaction, &invitation);
    response->state =
        (Identity__V1__CustomerInvitationState)customer_invitation_state(&invitation.life, now_us);
    if (invitation.life.associated_us == 0)
        response->expire_time = timestamp_from_us(call_arena(mutation->call),
                                                  customer_invitation_end_us(&invitation.life));
    return no;
}

/* ---- DeclineCustomerInvitation ---- */

void decline_customer_invitation_kept(struct call *call,
                                      Identity__V1__DeclineCustomerInvitationRequest *message)
{
    message->token = text_digest(call, message->token);
}

int decline_customer_invitation(struct mutation *mutation,
                                const struct decline_customer_invitation *request,
                                Identity__V1__DeclineCustomerInvitationResponse *response)
{
    struct call *call = mutation->call;
    struct customer_invitation invitation;
    const struct customer_invitation_life *found = NULL;
    (void)response;
    int no = take(mutation, request->invitation_id, request->token, &invitation, &found);
    if (no != 0)
        return no;
    enum customer_invitation_verdict verdict =
        customer_invitation_open_decide(found, mutation->now_us);
    if (verdict != CUSTOMER_INVITATION_TAKEN)
        return refuse(call, verdict);
    invitation.life.declined_us = mutation->now_us;
    no = customer_invitation_store_advance(mutation->transaction, &invitation);
    if (no != 0)
        return no;
    return relation_tell_owner(
        mutation->transaction, &identity_of(call)->courier,
        &(struct relation_news){
            .account_id = invitation.offer.agent_id,
            .relation_id = invitation.invitation_id,
            .kind = SECURITY_NONE,
            .text = arena_printf(call_arena(call),
                                 "Whom you invited to be a customer of the Kontor account %s "
                                 "declined (invitation %s).",
                                 id_to_message(call, invitation.offer.agent_id),
                                 id_to_message(call, invitation.invitation_id)),
            .now_us = mutation->now_us});
}
