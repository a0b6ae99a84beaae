/* Somebody leaves an account: removed, or by a hand-over (ID-27). */
#ifndef IDENTITY_SERVICE_LEAVER_H
#define IDENTITY_SERVICE_LEAVER_H

#include "identity/service/identity_service.h"
#include "runtime/database/database.h"

/* Somebody without a role in the account by now. */
struct leaver {
    struct id account_id;
    struct id principal_id;
    struct id_array kept_key_ids; /* of those that would end */
};

struct leaver_ends {
    int64_t keys, invitations;
};

/* Ends what they have left behind, the account locked and their roles taken, and tells the world
 * that they left. */
int leaver_end(struct mutation *mutation, const struct leaver *leaver,
               struct leaver_ends *ends) must_check;

/* Tells the world of a member, a program (account_id: its account) or an operator (nil) who is no
 * more. */
enum failure leaver_tell(struct mutation *mutation, struct id account_id,
                         struct id principal_id) must_check;

#endif
