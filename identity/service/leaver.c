#include "identity/service/leaver.h"

#include "identity/service/invitation.h"
#include "identity/service/key.h"
#include "identity/v1/event.pb-c.h"
#include "runtime/rpc/timestamp.h"

static bool is_kept(const struct leaver *leaver, struct id key_id)
{
    size_t i = 0;
    while (i < leaver->kept_key_ids.count && !id_equal(leaver->kept_key_ids.items[i], key_id))
        i++;
    return i < leaver->kept_key_ids.count;
}

/* The leaver has seen their secrets. */
static int end_keys(struct mutation *mutation, const struct leaver *leaver, int64_t *ended)
{
    struct key_places made;
    int no = key_store_of_leaver(mutation->transaction, leaver->account_id, leaver->principal_id,
                                 mutation->now_us, &made);
    *ended = 0;
    for (size_t i = 0; no == 0 && i < made.count; i++) {
        const struct key_place *key = &made.items[i];
        if (is_kept(leaver, key->key_id))
            continue;
        ++*ended;
        no = key_store_revoke(mutation->transaction, key->key_id, mutation->now_us);
        if (no == 0)
            no = key_note(mutation, &(struct key_act){SECURITY_KEY_REVOKED, key->account_id,
                                                      key->program_id, key->key_id});
    }
    if (no != 0)
        return no;
    bool all_found = made.count - (size_t)*ended == leaver->kept_key_ids.count;
    return all_found ? 0 : call_refuse(mutation->call, &key_not_found, NO_TERMS);
}

static int end_invitations(struct mutation *mutation, const struct leaver *leaver, int64_t *ended)
{
    struct id_array sent;
    int no = invitation_store_revoke_sent(mutation->transaction, leaver->account_id,
                                          leaver->principal_id, mutation->now_us, &sent);
    *ended = no == 0 ? (int64_t)sent.count : 0;
    for (size_t i = 0; no == 0 && i < sent.count; i++)
        no = invitation_note(
            mutation, SECURITY_INVITATION_REVOKED,
            &(struct invitation){.invitation_id = sent.items[i], .account_id = leaver->account_id},
            caller_id(mutation->call));
    return no;
}

enum failure leaver_tell(struct mutation *mutation, struct id account_id, struct id principal_id)
{
    struct call *call = mutation->call;
    bool operates = id_is_nil(account_id);
    Identity__V1__MemberLeft left = IDENTITY__V1__MEMBER_LEFT__INIT;
    if (!operates)
        left.account_id = id_to_message(call, account_id);
    left.principal_id = id_to_message(call, principal_id);
    left.leave_time = timestamp_from_us(call_arena(call), mutation->now_us);
    return event_append(mutation, operates ? principal_id : account_id, &left.base);
}

int leaver_end(struct mutation *mutation, const struct leaver *leaver, struct leaver_ends *ends)
{
    int no = end_keys(mutation, leaver, &ends->keys);
    if (no == 0)
        no = end_invitations(mutation, leaver, &ends->invitations);
    return no != 0 ? no : leaver_tell(mutation, leaver->account_id, leaver->principal_id);
}
