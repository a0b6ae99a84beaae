/* Freezes (GW-03, GW-04): one row each, whatever it hits. */
#ifndef IDENTITY_STORE_FREEZE_STORE_H
#define IDENTITY_STORE_FREEZE_STORE_H

#include "identity/domain/freeze.h"
#include "runtime/database/database.h"

/* Under the account's lock. partner_id: those that it called for; nil: the account's own. */
enum failure freeze_store_count(struct transaction *transaction, struct id account_id,
                                struct id partner_id, int64_t *holding) must_check;
enum failure freeze_store_read(struct transaction *transaction, struct id account_id,
                               struct id freeze_id, struct freeze *freeze, bool *exists) must_check;

/* One that begins is counted (freeze_epoch): answers from before it are told apart. */
enum failure freeze_store_insert(struct transaction *transaction,
                                 const struct freeze *freeze) must_check;
/* Whether a person made the program that froze, or a key of it. */
enum failure freeze_store_made_freezer(struct transaction *transaction, const struct freeze *freeze,
                                       struct id person_id, bool *made) must_check;
enum failure freeze_store_confirm(struct transaction *transaction,
                                  const struct freeze *freeze) must_check;
enum failure freeze_store_end(struct transaction *transaction,
                              const struct freeze *freeze) must_check;

/* How many accounts it hits: its own and all under it. */
enum failure freeze_store_hit(struct transaction *transaction, struct id account_id,
                              int64_t *hit) must_check;

struct frozen_account {
    struct id account_id;
    enum freeze_level level; /* of the strictest that is in force in it; NONE: none */
};

struct frozen_accounts {
    struct frozen_account *items; /* lent by the task's arena */
    size_t count;
    int64_t hit; /* on all pages; 0 when this one is empty */
};

struct freeze_page {
    struct id account_id;
    struct id partner_id; /* nil: whoever froze */
    struct id bound_id;   /* accounts after it, freezes before it */
    size_t limit;
};

enum failure freeze_store_preview(struct reader reader, const struct freeze_page *page,
                                  int64_t now_us, struct frozen_accounts *accounts) must_check;

struct freezes {
    struct freeze *items; /* lent by the task's arena */
    size_t count;
};

/* Those of the account and of those above it, newest first. */
enum failure freeze_store_list(struct reader reader, const struct freeze_page *page,
                               struct freezes *freezes) must_check;

/* Which of the freezes of all accounts. */
struct freeze_filter {
    struct id account_id; /* nil: of any */
    const char *state;    /* at the moment; "": any */
    const char *level;    /* "": any */
    struct id before_id;
    int64_t now_us;
    size_t limit;
};

enum failure freeze_store_list_all(struct reader reader, const struct freeze_filter *filter,
                                   struct freezes *freezes) must_check;

struct due_freeze {
    struct id freeze_id;
    struct id account_id;
};

struct due_freezes {
    struct due_freeze *items; /* lent by the task's arena */
    size_t count;
};

/* Those that ended by themselves and are not noted as ended. */
enum failure freeze_store_due(struct reader reader, int64_t now_us, size_t limit,
                              struct due_freezes *due) must_check;

#endif
