/* Invitations of customers by their partner (ID-21): sent, sent again, taken back, listed. */
#include <assert.h>

#include "identity/service/code_sender.h"
#include "identity/service/customer_invitation.h"
#include "identity/service/fields.h"
#include "identity/service/relation.h"
#include "identity/service/start.h"
#include "identity/service/token.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/page.h"
#include "runtime/rpc/timestamp.h"

#define invite_customers_admit(call) caller_admit(call)
#define invite_customers_read invite_customers_read
#define invite_customers_kept invite_customers_kept
#define invite_customers_done(call, request, response) messages_deliver(call)
#define resend_customer_invitation_admit(call) caller_admit(call)
#define resend_customer_invitation_done(call, request, response) messages_deliver(call)
#define cancel_customer_invitation_admit(call) caller_admit(call)
#define list_customer_invitations_admit(call) caller_admit(call)
#define open_customer_invitation_linkage extern
#define open_customer_invitation_kept open_customer_invitation_kept
#define open_customer_invitation_scope(call, request) ((request)->invitation_id)
#define accept_customer_invitation_admit(call) caller_admit(call)
#define accept_customer_invitation_linkage extern
#define accept_customer_invitation_kept accept_customer_invitation_kept
#define accept_customer_invitation_done(call, request, response) messages_deliver(call)
#define decline_customer_invitation_linkage extern
#define decline_customer_invitation_kept decline_customer_invitation_kept
#define decline_customer_invitation_scope(call, request) ((request)->invitation_id)
#define decline_customer_invitation_done(call, request, response) messages_deliver(call)
#include "identity/service/customer_invitation_rpc.h"

static_assert((int)CUSTOMER_INVITATION_BOUNCED ==
                  (int)IDENTITY__V1__CUSTOMER_INVITATION_STATE__CUSTOMER_INVITATION_STATE_BOUNCED,
              "states are the wire's");

static const char *label_of(enum channel channel)
{
    return channel == CHANNEL_PHONE ? LABEL_PHONE : LABEL_EMAIL;
}

static int refuse(struct call *call, enum customer_invitation_verdict verdict)
{
    return call_refuse(call, customer_invitation_refusal(verdict), NO_TERMS);
}

/* ---- InviteCustomers ---- */

static void invite_customers_read(struct call *call,
                                  const Identity__V1__InviteCustomersRequest *message,
                                  struct invite_customers *request)
{
    invite_customers_fields(call, message, request);
    (void)relation_field_terms(call, request->terms);
    size_t count = request->n_emails + request->n_phones;
    if (count == 0)
        call_add_field_violation(call, "emails", FAULT_REQUIRED, "Nobody is invited.");
    if (count > CUSTOMER_INVITEES_MAX)
        call_add_field_violation(call, "emails", FAULT_TOO_MANY,
                                 "Must be at most five, with the numbers.");
    for (size_t i = 0; i < request->n_emails; i++)
        field_email(call, "emails", request->emails[i]);
    for (size_t i = 0; i < request->n_phones; i++) {
        if (text_is_empty(request->phones[i]))
            call_add_field_violation(call, "phones", FAULT_REQUIRED, "A number is missing.");
        field_mobile(call, "phones", request->phones[i]);
    }
}

static char **digests(struct call *call, char *const *texts, size_t count)
{
    char **kept = arena_alloc_array(call_arena(call), count + 1, sizeof *kept);
    for (size_t i = 0; i < count; i++)
        kept[i] = text_digest(call, texts[i]);
    return kept;
}

static void invite_customers_kept(struct call *call, Identity__V1__InviteCustomersRequest *message)
{
    message->emails = digests(call, message->emails, message->n_emails);
    message->phones = digests(call, message->phones, message->n_phones);
}

/* The token is in the message alone, and in no answer. */
static enum failure send(struct mutation *mutation, struct customer_invitation *invitation,
                         const char *to)
{
    struct call *call = mutation->call;
    char *token = token_make(call_arena(call), invitation->token_hash);
    const struct message_order order = {
        .delivery = invitation->channel == CHANNEL_PHONE ? DELIVERY_SMS : DELIVERY_EMAIL,
        .to = to,
        .subject = "You are invited to Kontor",
        .text = arena_printf(
            call_arena(call),
            "A Kontor partner invites you to open an account as its customer. For 7 days you see "
            "who it is and on which terms, and accept: the invitation is %s and your token %s. If "
            "you expect no invitation, there is nothing to do.",
            id_to_message(call, invitation->invitation_id), token)};
    secret_wipe(token, TOKEN_SIZE);
    return courier_take(mutation->transaction, &identity_of(call)->courier, &order,
                        mutation->now_us, &invitation->message_id);
}

static struct code_order counted_order(const struct customer_invitation *invitation, const char *to)
{
    bool by_phone = invitation->channel == CHANNEL_PHONE;
    const struct country *country = by_phone ? country_called(to) : NULL;
    return (struct code_order){.delivery = by_phone ? DELIVERY_SMS : DELIVERY_EMAIL,
                               .to = to,
                               .destination_index = invitation->contact_index,
                               .country = country != NULL ? country->code : "",
                               .account_id = invitation->offer.agent_id};
}

static struct customer_invitation invited(struct mutation *mutation,
                                          const struct invite_customers *request,
                                          enum channel channel, const char *to)
{
    struct call *call = mutation->call;
    struct id invitation_id = id_new(mutation->now_us);
    char *hash = arena_alloc(call_arena(call), RELATION_HASH_SIZE);
    struct customer_invitation invitation = {
        .invitation_id = invitation_id,
        .offer = {.relation_id = invitation_id,
                  .agent_id = request->account_id,
                  .version = 1,
                  .terms = relation_field_terms(call, request->terms),
                  .expires_us = mutation->now_us + CUSTOMER_INVITATION_LIFETIME_US},
        .channel = channel,
        .contact_sealed = text_seal(call, label_of(channel), to),
        .contact_index = text_index(call, to),
        .invited_by = caller_id(call),
        .life = {.created_us = mutation->now_us, .sent_us = mutation->now_us}};
    relation_offer_hash(&invitation.offer, hash);
    invitation.offer_hash = hash;
    return invitation;
}

/* NULL: it may be sent. */
static enum failure decide(struct mutation *mutation, const struct customer_invitation *invitation,
                           const char *to, const struct refusal **refusal)
{
    struct customer_invite_facts facts;
    struct text_counted counted = {.reached = 0};
    const struct code_order order = counted_order(invitation, to);
    enum failure failure =
        customer_invitation_store_count(mutation->transaction, invitation, &facts);
    if (failure != FAILURE_NONE)
        return failure;
    enum customer_invite_verdict verdict = customer_invite_decide(&facts);
    *refusal = verdict != CUSTOMER_INVITE_ACCEPTED ? customer_invite_refusal(verdict) : NULL;
    if (verdict == CUSTOMER_INVITE_ACCEPTED) {
        failure = text_count(mutation, &order, &counted);
        if (failure == FAILURE_NONE && counted.verdict != TEXT_ACCEPTED)
            *refusal = text_refusal(counted.verdict);
    }
    return failure == FAILURE_NONE && *refusal != NULL && customer_invite_tells(verdict)
               ? customer_invitation_store_answer(mutation->transaction, invitation)
               : failure;
}

/* Each has a result of its own. */
static enum failure invite(struct mutation *mutation, const struct invite_customers *request,
                           enum channel channel, const char *to,
                           Identity__V1__CustomerInvitationResult **result)
{
    struct call *call = mutation->call;
    struct arena *arena = call_arena(call);
    struct customer_invitation invitation = invited(mutation, request, channel, to);
    const struct refusal *refusal = NULL;
    *result = arena_alloc(arena, sizeof **result);
    identity__v1__customer_invitation_result__init(*result);
    enum failure failure = decide(mutation, &invitation, to, &refusal);
    if (failure != FAILURE_NONE)
        return failure;
    if (refusal != NULL) {
        (*result)->reason = arena_strdup(arena, refusal->reason);
        (*result)->sentence = arena_strdup(arena, refusal->sentence);
        return FAILURE_NONE;
    }
    (*result)->invitation_id = id_to_message(call, invitation.invitation_id);
    failure = send(mutation, &invitation, to);
    if (failure == FAILURE_NONE)
        failure = customer_invitation_store_insert(mutation->transaction, &invitation);
    return failure == FAILURE_NONE
               ? relation_note(mutation, request->account_id, invitation.invitation_id,
                               SECURITY_RELATION_OFFERED)
               : failure;
}

static int invite_customers(struct mutation *mutation, const struct invite_customers *request,
                            Identity__V1__InviteCustomersResponse *response)
{
    size_t count = request->n_emails + request->n_phones;
    int no = relation_admit_agent(mutation, request->account_id);
    response->results =
        arena_alloc_array(call_arena(mutation->call), count + 1, sizeof *response->results);
    for (size_t i = 0; i < request->n_emails && no == 0; i++) {
        char email[EMAIL_SIZE];
        bool is_email = email_normalise(request->emails[i], email);
        assert(is_email); /* by invite_customers_read */
        (void)is_email;
        no = invite(mutation, request, CHANNEL_EMAIL, email,
                    &response->results[response->n_results++]);
    }
    for (size_t i = 0; i < request->n_phones && no == 0; i++)
        no = invite(mutation, request, CHANNEL_PHONE, request->phones[i],
                    &response->results[response->n_results++]);
    return no;
}

/* ---- ResendCustomerInvitation ---- */

/* Of the acting account; *found is NULL when it has none. */
static int take_own(struct mutation *mutation, struct id account_id, struct id invitation_id,
                    struct customer_invitation *invitation,
                    const struct customer_invitation_life **found)
{
    bool exists = false;
    int no = administrator_lock(mutation, account_id);
    if (no == 0)
        no = customer_invitation_store_lock(mutation->transaction, invitation_id, invitation,
                                            &exists);
    *found = no == 0 && exists && id_equal(invitation->offer.agent_id, account_id)
                 ? &invitation->life
                 : NULL;
    return no;
}

static int resend_customer_invitation(struct mutation *mutation,
                                      const struct resend_customer_invitation *request,
                                      Identity__V1__ResendCustomerInvitationResponse *response)
{
    struct call *call = mutation->call;
    struct customer_invitation invitation;
    const struct customer_invitation_life *found = NULL;
    struct text_counted counted = {.reached = 0};
    int no = take_own(mutation, request->account_id, request->invitation_id, &invitation, &found);
    if (no != 0)
        return no;
    enum customer_invitation_verdict verdict =
        customer_invitation_resend_decide(found, mutation->now_us);
    if (verdict != CUSTOMER_INVITATION_TAKEN)
        return refuse(call, verdict);
    const char *to = text_open(call, label_of(invitation.channel), invitation.contact_sealed);
    if (to == NULL)
        return FAILURE_INTERNAL;
    const struct code_order order = counted_order(&invitation, to);
    no = text_count(mutation, &order, &counted);
    if (no == 0 && counted.verdict != TEXT_ACCEPTED)
        return text_refuse(call, &counted);
    invitation.life.sent_us = mutation->now_us;
    invitation.life.resends++;
    if (no == 0)
        no = send(mutation, &invitation, to);
    if (no == 0)
        no = customer_invitation_store_send(mutation->transaction, &invitation);
    response->expire_time =
        timestamp_from_us(call_arena(call), customer_invitation_end_us(&invitation.life));
    return no;
}

/* ---- CancelCustomerInvitation ---- */

static int cancel_customer_invitation(struct mutation *mutation,
                                      const struct cancel_customer_invitation *request,
                                      Identity__V1__CancelCustomerInvitationResponse *response)
{
    struct customer_invitation invitation;
    const struct customer_invitation_life *found = NULL;
    (void)response;
    int no = take_own(mutation, request->account_id, request->invitation_id, &invitation, &found);
    if (no != 0)
        return no;
    enum customer_invitation_verdict verdict =
        customer_invitation_open_decide(found, mutation->now_us);
    if (verdict != CUSTOMER_INVITATION_TAKEN)
        return refuse(mutation->call, verdict);
    invitation.life.cancelled_us = mutation->now_us;
    no = customer_invitation_store_advance(mutation->transaction, &invitation);
    return no != 0 ? no
                   : relation_note(mutation, request->account_id, invitation.invitation_id,
                                   SECURITY_RELATION_CANCELLED);
}

/* ---- ListCustomerInvitations ---- */

static ProtobufCMessage *invitation_message(struct call *call, const void *row)
{
    const struct customer_invitation *invitation = row;
    const struct customer_invitation_life *life = &invitation->life;
    struct arena *arena = call_arena(call);
    Identity__V1__CustomerInvitation *message = arena_alloc(arena, sizeof *message);
    char *contact = text_open(call, label_of(invitation->channel), invitation->contact_sealed);
    if (contact == NULL)
        return NULL;
    identity__v1__customer_invitation__init(message);
    message->invitation_id = id_to_message(call, invitation->invitation_id);
    if (invitation->channel == CHANNEL_PHONE)
        message->phone = contact;
    else
        message->email = contact;
    message->state =
        (Identity__V1__CustomerInvitationState)customer_invitation_state(life, clock_now_us());
    message->terms = relation_terms_message(arena, &invitation->offer.terms);
    message->offer_hash = arena_strdup(arena, invitation->offer_hash);
    message->invited_by = id_to_message(call, invitation->invited_by);
    message->create_time = timestamp_from_us(arena, life->created_us);
    message->send_time = timestamp_from_us(arena, life->sent_us);
    message->resend_count = (int32_t)life->resends;
    message->expire_time = timestamp_from_us(arena, customer_invitation_end_us(life));
    if (!id_is_nil(invitation->account_id))
        message->customer_account_id = id_to_message(call, invitation->account_id);
    return &message->base;
}

static int list_customer_invitations(struct call *call,
                                     const struct list_customer_invitations *request,
                                     Identity__V1__ListCustomerInvitationsResponse *response)
{
    struct customer_invitations found;
    int no =
        customer_invitation_store_list(identity_reader(call), request->account_id,
                                       request->before_id, page_limit(request->page_size), &found);
    return no != 0 ? no
                   : page_answer(call,
                                 PAGE(request->page_size, found.items, found.count, invitation_id,
                                      invitation_message),
                                 &response->base);
}
