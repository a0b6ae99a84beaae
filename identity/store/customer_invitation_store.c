#include "identity/store/customer_invitation_store.h"

#include <string.h>

#include "identity/store/queries.h"
#include "identity/store/relation_terms_row.h"

enum failure customer_invitation_store_count(struct transaction *transaction,
                                             const struct customer_invitation *invitation,
                                             struct customer_invite_facts *facts)
{
    struct rows rows;
    int64_t now_us = invitation->life.created_us;
    enum failure failure = identity_customer_invitation_count(
        transaction,
        &(struct identity_customer_invitation_count){
            .agent_account_id = invitation->offer.agent_id,
            .contact_index = invitation->contact_index,
            .day_start_us = now_us - RELATION_DAY_US,
            .send_since_us = now_us - CUSTOMER_INVITATION_SENT_US,
            .create_since_us = now_us - CUSTOMER_INVITATION_LIFETIME_US},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    struct identity_customer_invitation_count_row row =
        identity_customer_invitation_count_row(&rows, 0);
    *facts = (struct customer_invite_facts){row.registered, row.invited, row.day, row.contact_day};
    return FAILURE_NONE;
}

enum failure customer_invitation_store_answer(struct transaction *transaction,
                                              const struct customer_invitation *invitation)
{
    return identity_customer_invitation_answer(transaction,
                                               &(struct identity_customer_invitation_answer){
                                                   .agent_account_id = invitation->offer.agent_id,
                                                   .answer_us = invitation->life.created_us,
                                                   .answer_id = invitation->invitation_id},
                                               NULL);
}

static struct bytes hash_of(const struct customer_invitation *invitation)
{
    return (struct bytes){invitation->token_hash, sizeof invitation->token_hash};
}

enum failure customer_invitation_store_insert(struct transaction *transaction,
                                              const struct customer_invitation *invitation)
{
    const struct relation_terms *terms = &invitation->offer.terms;
    char permissions[RELATION_PERMISSIONS_SIZE];
    relation_permissions_print(terms->permissions, ' ', permissions);
    return identity_customer_invitation_insert(
        transaction,
        &(struct identity_customer_invitation_insert){
            .invitation_id = invitation->invitation_id,
            .agent_account_id = invitation->offer.agent_id,
            .channel = channel_name(invitation->channel),
            .contact_sealed = invitation->contact_sealed,
            .contact_index = invitation->contact_index,
            .permissions = permissions,
            .settlement_mode = settlement_mode_name(terms->settlement),
            .price_book = terms->price_book,
            .invoice_recipient = invoice_recipient_name(terms->invoices),
            .shutdown_policy = shutdown_policy_name(terms->shutdown),
            .agent_purchases = terms->agent_purchases,
            .offer_hash = invitation->offer_hash,
            .invited_by = invitation->invited_by,
            .create_us = invitation->life.created_us,
            .token_hash = hash_of(invitation),
            .message_id = invitation->message_id},
        NULL);
}

/* A message that was forgotten has gone out long ago. */
static struct customer_invitation_life
life_of(const struct identity_customer_invitation_read_row *row)
{
    const char *message = row->message_state != NULL ? row->message_state : "DELIVERED";
    return (struct customer_invitation_life){.created_us = row->create_us,
                                             .sent_us = row->send_us,
                                             .resends = row->resends,
                                             .delivered = strcmp(message, "DELIVERED") == 0,
                                             .bounced = strcmp(message, "FAILED") == 0,
                                             .opened_us = row->open_us,
                                             .accepted_us = row->accept_us,
                                             .associated_us = row->associate_us,
                                             .declined_us = row->decline_us,
                                             .cancelled_us = row->cancel_us};
}

static struct customer_invitation invitation_of(const struct rows *rows, size_t place)
{
    struct identity_customer_invitation_read_row row =
        identity_customer_invitation_read_row(rows, place);
    struct customer_invitation invitation = {
        .invitation_id = row.invitation_id,
        .offer = {.relation_id = row.invitation_id,
                  .agent_id = row.agent_account_id,
                  .version = 1,
                  .terms = RELATION_TERMS_OF(&row, ),
                  .expires_us = row.create_us + CUSTOMER_INVITATION_LIFETIME_US},
        .offer_hash = row.offer_hash,
        .channel = strcmp(row.channel, "PHONE") == 0 ? CHANNEL_PHONE : CHANNEL_EMAIL,
        .contact_sealed = row.contact_sealed,
        .contact_index = row.contact_index,
        .invited_by = row.invited_by,
        .life = life_of(&row),
        .account_id = row.account_id,
        .accepted_by = row.accepted_by,
        .next_us = row.next_us,
        .agent_company_name = row.agent_company_name};
    if (row.token_hash.size == sizeof invitation.token_hash)
        memcpy(invitation.token_hash, row.token_hash.data, sizeof invitation.token_hash);
    return invitation;
}

enum failure customer_invitation_store_lock(struct transaction *transaction,
                                            struct id invitation_id,
                                            struct customer_invitation *invitation, bool *exists)
{
    struct rows rows;
    enum failure failure = identity_customer_invitation_lock(
        transaction, &(struct identity_customer_invitation_lock){.invitation_id = invitation_id},
        &rows);
    *exists = failure == FAILURE_NONE && rows.count > 0;
    if (!*exists)
        return failure;
    failure = identity_customer_invitation_read(
        transaction, &(struct identity_customer_invitation_read){.invitation_id = invitation_id},
        &rows);
    if (failure == FAILURE_NONE)
        *invitation = invitation_of(&rows, 0);
    return failure;
}

enum failure customer_invitation_store_send(struct transaction *transaction,
                                            const struct customer_invitation *invitation)
{
    return identity_customer_invitation_send(
        transaction,
        &(struct identity_customer_invitation_send){.invitation_id = invitation->invitation_id,
                                                    .token_hash = hash_of(invitation),
                                                    .message_id = invitation->message_id,
                                                    .send_us = invitation->life.sent_us,
                                                    .resends = invitation->life.resends},
        NULL);
}

enum failure customer_invitation_store_advance(struct transaction *transaction,
                                               const struct customer_invitation *invitation)
{
    const struct customer_invitation_life *life = &invitation->life;
    return identity_customer_invitation_advance(
        transaction,
        &(struct identity_customer_invitation_advance){.invitation_id = invitation->invitation_id,
                                                       .open_us = life->opened_us,
                                                       .accept_us = life->accepted_us,
                                                       .account_id = invitation->account_id,
                                                       .accepted_by = invitation->accepted_by,
                                                       .next_us = invitation->next_us,
                                                       .associate_us = life->associated_us,
                                                       .decline_us = life->declined_us,
                                                       .cancel_us = life->cancelled_us},
        NULL);
}

enum failure customer_invitation_store_is_of(struct transaction *transaction,
                                             const struct customer_invitation *invitation,
                                             struct id account_id, bool *is_of)
{
    struct rows rows;
    enum failure failure = identity_account_holds_contact(
        transaction,
        &(struct identity_account_holds_contact){.account_id = account_id,
                                                 .channel = channel_name(invitation->channel),
                                                 .contact_index = invitation->contact_index},
        &rows);
    *is_of = failure == FAILURE_NONE && identity_account_holds_contact_row(&rows, 0).found;
    return failure;
}

enum failure customer_invitation_store_list(struct reader reader, struct id agent_id,
                                            struct id before_id, size_t limit,
                                            struct customer_invitations *found)
{
    struct rows rows;
    enum failure failure = identity_customer_invitation_list_alone(
        reader,
        &(struct identity_customer_invitation_list){
            .agent_account_id = agent_id, .before_id = before_id, .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    found->items = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof *found->items);
    for (size_t i = 0; i < rows.count; i++)
        found->items[i] = invitation_of(&rows, i);
    found->count = rows.count;
    return FAILURE_NONE;
}

enum failure customer_invitation_store_list_due(struct reader reader, int64_t now_us, size_t limit,
                                                struct id **ids, size_t *count)
{
    struct rows rows;
    enum failure failure = identity_customer_invitation_due_alone(
        reader,
        &(struct identity_customer_invitation_due){.now_us = now_us,
                                                   .create_since_us =
                                                       now_us - CUSTOMER_INVITATION_LIFETIME_US,
                                                   .limit = (int64_t)limit},
        &rows);
    if (failure != FAILURE_NONE)
        return failure;
    *ids = arena_alloc_array(reader_arena(reader), rows.count + 1, sizeof **ids);
    for (size_t i = 0; i < rows.count; i++)
        (*ids)[i] = identity_customer_invitation_due_row(&rows, i).invitation_id;
    *count = rows.count;
    return FAILURE_NONE;
}
