#include "identity/service/hand_over.h"

#include "identity/jobs/owner_notice.h"
#include "identity/service/security.h"
#include "identity/store/role_store.h"
#include "identity/store/session_store.h"
#include "runtime/base/clock.h"
#include "runtime/rpc/timestamp.h"

/* ---- as it is told ---- */

static char *id_or_none(struct call *call, struct id id)
{
    return id_is_nil(id) ? arena_strdup(call_arena(call), "") : id_to_message(call, id);
}

Identity__V1__HandOver *hand_over_to_message(struct call *call, const struct hand_over_row *row,
                                             bool with_contacts)
{
    const struct hand_over *hand_over = &row->hand_over;
    struct arena *arena = call_arena(call);
    Identity__V1__HandOver *message = arena_alloc(arena, sizeof *message);
    identity__v1__hand_over__init(message);
    message->hand_over_id = id_to_message(call, hand_over->hand_over_id);
    message->account_id = id_to_message(call, hand_over->account_id);
    message->state = (Identity__V1__HandOverState)hand_over_state(hand_over, clock_now_us());
    message->leaver_id = id_to_message(call, hand_over->leaver_id);
    message->successor_id = id_or_none(call, hand_over->successor_id);
    message->begun_by = id_to_message(call, hand_over->begun_by);
    message->approved_by = id_or_none(call, hand_over->approved_by);
    message->partner_account_id = id_or_none(call, hand_over->partner_id);
    message->reason = arena_strdup(arena, hand_over->reason);
    message->create_time = timestamp_from_us(arena, hand_over->created_us);
    message->expire_time = timestamp_from_us(arena, hand_over->created_us + HAND_OVER_LIFETIME_US);
    if (hand_over->ended_us != 0)
        message->end_time = timestamp_from_us(arena, hand_over->ended_us);
    if (!with_contacts)
        return message;
    message->email = text_open(call, LABEL_EMAIL, row->email_sealed);
    message->phone = text_open(call, LABEL_PHONE, row->phone_sealed);
    return message->email != NULL && message->phone != NULL ? message : NULL;
}

/* ---- letters ---- */

static const char letter_subject[] = "Your Kontor account";

static enum failure write_to(struct mutation *mutation, enum delivery delivery, const char *to,
                             const char *text)
{
    struct id message_id;
    const struct message_order order = {
        .delivery = delivery, .to = to, .subject = letter_subject, .text = text};
    return to == NULL ? FAILURE_INTERNAL
                      : courier_take(mutation->transaction, &identity_of(mutation->call)->courier,
                                     &order, mutation->now_us, &message_id);
}

/* To the verified contacts that the account had until now. */
static enum failure tell_leaver(struct mutation *mutation, const struct account_row *account)
{
    static const char text[] = "Your Kontor account was handed over to another person, and your "
                               "log-in ended. If this is wrong, write to us at once.";
    struct call *call = mutation->call;
    enum failure failure = FAILURE_NONE;
    if (account->account.email_verified)
        failure = write_to(mutation, DELIVERY_EMAIL,
                           text_open(call, LABEL_EMAIL, account->email_sealed), text);
    if (failure == FAILURE_NONE && account->account.phone_verified)
        failure = write_to(mutation, DELIVERY_SMS,
                           text_open(call, LABEL_PHONE, account->phone_sealed), text);
    return failure;
}

static enum failure tell(struct mutation *mutation, struct id account_id,
                         const struct relation_owner *person, const char *text)
{
    return owner_notice_take(
        mutation->transaction, &identity_of(mutation->call)->courier,
        &(struct owner_notice){
            .owner = person, .account_id = account_id, .text = text, .now_us = mutation->now_us});
}

static enum failure tell_successor(struct mutation *mutation, const struct hand_over_row *row,
                                   bool is_new)
{
    struct call *call = mutation->call;
    const char *account_id = id_to_message(call, row->hand_over.account_id);
    const char *text = arena_printf(
        call_arena(call),
        is_new
            ? "The Kontor account %s is yours now. To choose a password, ask for a code to reset "
              "it with this address, then log in."
            : "The Kontor account %s is yours now. You log in as before.",
        account_id);
    const struct relation_owner successor = {row->hand_over.successor_id, row->email_sealed};
    return tell(mutation, row->hand_over.account_id, &successor, text);
}

static const char begun_by_partner[] =
    "Your partner began to hand the Kontor account %s over to another person. Nothing changes "
    "unless an administrator of the account or the provider approves it within 24 hours. If it is "
    "wrong, have another administrator than the owner cancel it, or end the relation with your "
    "partner.";

enum failure hand_over_tell_begun(struct mutation *mutation, const struct hand_over *hand_over)
{
    struct call *call = mutation->call;
    const char *text = arena_printf(call_arena(call), begun_by_partner,
                                    id_to_message(call, hand_over->account_id));
    struct relation_owner owner = {.principal_id = {{0}}};
    struct administrators others = {.count = 0};
    bool exists = false;
    enum failure failure =
        relation_store_owner(mutation->transaction, hand_over->account_id, &owner, &exists);
    if (failure == FAILURE_NONE && exists)
        failure = tell(mutation, hand_over->account_id, &owner, text);
    if (failure == FAILURE_NONE)
        failure = role_store_administrators(mutation->transaction, hand_over->account_id, &others);
    for (size_t i = 0; failure == FAILURE_NONE && i < others.count; i++) {
        const struct relation_owner other = {others.items[i].principal_id,
                                             others.items[i].email_sealed};
        if (!id_equal(other.principal_id, owner.principal_id))
            failure = tell(mutation, hand_over->account_id, &other, text);
    }
    return failure;
}

/* ---- the hand-over ---- */

/* The log-in first: who logs in at this moment is seen, or fails. */
static int end_log_in(struct mutation *mutation, const struct hand_over *hand_over,
                      struct hand_over_ends *ends, bool *subtree)
{
    struct hand_over_leave leave = {.account_id = hand_over->account_id,
                                    .leaver_id = hand_over->leaver_id,
                                    .password_hash =
                                        identity_of(mutation->call)->hasher.unknown_hash,
                                    .now_us = mutation->now_us};
    const struct leaver leaver = {.account_id = hand_over->account_id,
                                  .principal_id = hand_over->leaver_id};
    int no = hand_over_store_leave(mutation->transaction, &leave);
    *subtree = leave.subtree;
    ends->roles = leave.roles;
    if (no == 0)
        no = session_store_revoke_others(mutation->transaction, hand_over->leaver_id,
                                         (struct id){{0}}, mutation->now_us, &ends->sessions);
    return no != 0 ? no : leaver_end(mutation, &leaver, &ends->left);
}

/* The one who logs in by the address without an account of its own, else somebody new, whose
 * password nobody knows until a code sets one. */
static int find_successor(struct mutation *mutation, struct hand_over_row *row, bool *is_new)
{
    struct hand_over_successor found;
    bool made = false;
    int no = hand_over_store_successor(mutation->transaction, row->email_index, &found);
    if (no == 0 && found.found && found.has_account) /* ID-17 */
        return call_refuse(mutation->call, &email_registered, NO_TERMS);
    *is_new = !found.found;
    row->hand_over.successor_id = found.found ? found.principal_id : id_new(mutation->now_us);
    if (no != 0 || found.found)
        return no;
    no = hand_over_store_make_successor(mutation->transaction, row,
                                        identity_of(mutation->call)->hasher.unknown_hash, &made);
    return no == 0 && !made ? FAILURE_CONFLICT : no;
}

static enum failure note(struct mutation *mutation, const struct hand_over *hand_over)
{
    struct id caller = caller_id(mutation->call);
    bool is_own = id_equal(caller, hand_over->leaver_id);
    return security_note(
        mutation->call, mutation->transaction,
        &(struct security_event){.principal_id = hand_over->leaver_id,
                                 .account_id = hand_over->account_id,
                                 .actor_id = is_own ? (struct id){{0}} : caller,
                                 .kind = SECURITY_HANDED_OVER,
                                 .detail = id_to_message(mutation->call, hand_over->hand_over_id),
                                 .noted_us = mutation->now_us});
}

/* One transaction: all of it, or nothing. */
int hand_over_complete(struct mutation *mutation, const struct account_row *account,
                       struct hand_over_row *row, struct hand_over_ends *ends)
{
    struct transaction *transaction = mutation->transaction;
    bool is_new = false, subtree = false;
    row->hand_over.ended_us = mutation->now_us;
    row->hand_over.outcome = HAND_OVER_DONE;
    int no = tell_leaver(mutation, account);
    if (no == 0)
        no = end_log_in(mutation, &row->hand_over, ends, &subtree);
    if (no == 0)
        no = find_successor(mutation, row, &is_new);
    if (no == 0)
        no = hand_over_store_succeed(transaction, row, subtree);
    if (no == 0)
        no = hand_over_store_advance(transaction, &row->hand_over);
    if (no == 0)
        no = trail_note(mutation, row->hand_over.account_id, "HANDED_OVER", "");
    if (no == 0)
        no = note(mutation, &row->hand_over);
    return no == 0 ? tell_successor(mutation, row, is_new) : no;
}
