/* Identity's one answer about a call: whose session it comes with, what they may do in the acting
 * account, and how the other accounts in it stand to that one (ID-18). Questions of several calls
 * that wait for identity go to it together (gather.h); each is asked after its call came and is
 * answered by itself. */
#ifndef GATEWAY_PEERS_IDENTITY_SESSION_H
#define GATEWAY_PEERS_IDENTITY_SESSION_H

#include "gateway/domain/access.h"
#include "gateway/domain/company.h"
#include "gateway/domain/freeze.h"
#include "gateway/domain/step_up.h"
#include "runtime/rpc/gather.h"
#include "gateway/peers/peer_call.h"
#include "runtime/base/id.h"

/* The other accounts that one call may name, as many as orders fit in a bulk. */
#define IDENTITY_OTHERS_MAX 1000

/* A program's certificate in the place of a token. */
struct identity_certificate {
    struct id program_id; /* that says it is its own */
    uint8_t hash[32];     /* SHA-256 */
};

struct identity_question {
    const char *token; /* "": there is none, and principal_id is who acts */
    const struct identity_certificate *certificate; /* NULL: a token, or nothing */
    struct id principal_id;                         /* nil: whose token it is */
    const char *source_address; /* where the call comes from; "": nobody can say */
    const char *account_id;     /* "": the account that the principal opened */
    bool without_policy;        /* the account's session policy does not reach the call (ID-43) */
    bool with_appointers;       /* the session says who gave the principal a role lately,
                                       and who made an operator */
    const struct id *others;    /* to compare with that account */
    size_t other_count;         /* at most IDENTITY_OTHERS_MAX */
};

/* failing_account_id: the account that is not corporate or not verified; "" otherwise. */
struct identity_comparison {
    enum company_verdict verdict;
    const char *failing_account_id;
    struct rpc_status refused; /* identity's no; code CODE_OK: it gave a verdict */
    struct freeze freeze;      /* of the other account */
};

/* B.5: the acting account's partner, for which a principal acts that has no role in the account. */
struct identity_partner {
    const char *account_id;
    const char *relation_id;
    unsigned terms;             /* what the relation permits (partner.h) */
    struct access_holder roles; /* in the partner's account */
};

struct identity_session {
    const char *session_id; /* of the credential, or the id of a program's key; not a secret */
    const char *principal_id;
    const char *account_id; /* "" for an operator who acts for no account */
    const char *company_id; /* "" while the account has no verified company */
    bool corporate;
    int64_t expire_us;          /* when it ends in the account by itself */
    unsigned roles;             /* access_role bits, in the acting account */
    struct custom_roles custom; /* accounts' own, held there */
    unsigned inherited;         /* those of them that hold by a grant above it (GW-13) */
    unsigned given;             /* those of them that were given in the account itself */
    bool owns;                  /* the principal is the acting account's owner */
    const struct identity_partner *partner; /* NULL: it acts for nobody else */
    unsigned factors;                       /* step_up_factor bits, of the principal (ID-32) */
    int64_t proved_us;                      /* when one was proved in the session last; 0: never */
    const struct role_patterns *scope;      /* of a program's key; NULL: a person */
    bool by_certificate;                    /* that key is one */
    struct bytes proved_for; /* the hash of the one thing that it was proved for; no data: any */
    char *const *appointers; /* principals, when they were asked for */
    size_t appointer_count;
    char *const *makers; /* of an operator: whoever let it in or gave it a role, whenever */
    size_t maker_count;
    enum step_up_demand money, who_may_what; /* of the acting account, on this principal */
    struct freeze freeze;                    /* of the acting account (GW-03) */
    int64_t freeze_epoch; /* how many freezes had come into force: the answer is as of then */
    /* in the places of the others; none when there is no role in the account */
    const struct identity_comparison *comparisons;
    size_t comparison_count;
};

/* As access.h judges it. */
struct access_holder identity_session_holder(const struct identity_session *session);

/* The gatherer of the questions to identity. */
struct gather identity_gather(struct rpc_client *identity);

/* Awaits the answer; *status as in peer_call.h. */
enum failure identity_session_resolve(struct task *task, struct gather *gather,
                                      const struct identity_question *question,
                                      struct identity_session *session,
                                      struct rpc_status *status) must_check;

/* The same of many at once, in as few messages as they fit in; each has its own answer. */
struct identity_answer {
    struct identity_question question;
    struct identity_session session;
    struct rpc_status status;
};
enum failure identity_session_resolve_all(struct task *task, struct gather *gather,
                                          struct identity_answer *answers, size_t count) must_check;

#endif
