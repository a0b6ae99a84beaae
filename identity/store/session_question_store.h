/* The gateway's questions: whose session or key a call comes with, and what they may do in an
 * account (ID-34). */
#ifndef IDENTITY_STORE_SESSION_QUESTION_STORE_H
#define IDENTITY_STORE_SESSION_QUESTION_STORE_H

#include "identity/domain/freeze.h"
#include "identity/domain/mfa_policy.h"
#include "identity/domain/relation.h"
#include "identity/domain/same_company.h"
#include "identity/domain/session_policy.h"
#include "identity/store/custom_role_store.h"
#include "identity/store/key_store.h"
#include "identity/store/session_store.h"
#include "runtime/database/database.h"

/* A key in the place of a session (key_store.h). */
struct resolved_key {
    enum key_kind kind; /* KEY_NONE: a person's session */
    const char *allows, *denies, *addresses;
    int64_t begin_us; /* 0: it has begun */
    int64_t expire_us;
    int64_t used_us;
    bool network_known; /* it was used from the network before, or nobody can say which it is */
};

/* B.5: whoever has no role in the acting account, and has roles in the account of its partner. */
struct resolved_partner {
    struct id account_id; /* the partner's; nil: there is none */
    struct id relation_id;
    unsigned permissions; /* bits 1 << enum relation_permission, of the terms that hold */
    unsigned roles;       /* bits of enum role, in the partner's account, inherited ones included */
    unsigned inherited, given;
    struct held_custom_roles custom_roles;
};

struct resolved_session {
    struct id session_id; /* or the key's */
    struct id principal_id;
    struct resolved_key key;
    struct session session;
    struct id account_id; /* the acting account; nil for an operator who acts for none */
    unsigned roles;       /* bits of enum role, ROLE_OPERATOR and inherited ones included */
    struct held_custom_roles custom_roles;
    unsigned inherited;                   /* by grants with subtree on accounts above (GW-13) */
    unsigned given;                       /* in the acting account itself */
    bool owns;                            /* the acting account is its own (ID-20) */
    int64_t proved_us;                    /* ID-32: when a factor was proved last; 0: never */
    struct bytes proved_for;              /* the hash of that one thing; no data: anything */
    unsigned factors;                     /* bits 1 << enum factor_kind of those that count */
    struct resolved_partner partner;      /* for which it acts here, and whose policies count */
    struct mfa_policy policy;             /* of the acting account, or of the partner */
    struct session_policy session_policy; /* the same */
    int64_t newer;           /* live sessions that began later, where the policy has a maximum */
    int64_t device_proof_us; /* a factor was proved in it, or on its device before; 0: never */
    const char *appointers;  /* ids with spaces, when they were asked for */
    const char *makers;      /* the same of an operator, whenever it was */
};

/* The strictest that is in force in an account, of its own or of one above it (GW-03). */
struct held_freeze {
    struct id freeze_id; /* nil: there is none */
    enum freeze_level level;
    int64_t begun_us;
    int64_t expire_us; /* 0: it does not end by itself */
};

/* One thing to look up: a session or key by its token in an account, or an account alone. */
struct session_asked {
    const uint8_t *token_hash;  /* of TOKEN_HASH_SIZE; NULL: the account alone */
    struct id account_id;       /* nil: the principal's own */
    struct bytes network;       /* that the call comes from, as a keyed index; no data: unknown */
    struct id principal_id;     /* without a token: what this principal may do; nil: nobody */
    int64_t appointed_since_us; /* who gave the principal a role since then; 0: nobody asks */
    bool
        takes_partners; /* a partner's people are told what they may do in its customer's account */
};

struct session_found {
    bool exists; /* there is such a session or key, of a principal who is not deleted */
    struct resolved_session resolved;
    bool account_known; /* there is such an account */
    struct account_company company;
    struct held_freeze freeze;
    int64_t freeze_epoch; /* how many freezes of all accounts came into force by then */
};

/* The account in which its roles are: the acting one, or the partner's. */
static inline struct id resolved_home_id(const struct resolved_session *resolved)
{
    return id_is_nil(resolved->partner.account_id) ? resolved->account_id
                                                   : resolved->partner.account_id;
}

/* All at one moment, in the places in which they were asked for; found has room for as many. */
enum failure session_question_store_resolve(struct reader reader, const struct session_asked *asked,
                                            size_t count, int64_t now_us,
                                            struct session_found *found) must_check;

/* A session that an account's session policy refused. */
struct refused_session {
    struct id session_id;
    struct id principal_id;
    struct id account_id;
    const char *reason;
    const char *network; /* "": nobody can say */
};

/* Notes it as a security event and an act, of a session once in an hour. */
enum failure session_question_store_note_refused(struct reader reader,
                                                 const struct refused_session *refused,
                                                 size_t count, int64_t now_us) must_check;

/* Notes that the sessions were used, each at most once a minute. */
enum failure session_question_store_touch(struct reader reader,
                                          const struct resolved_session *const *used, size_t count,
                                          int64_t now_us) must_check;

#endif
