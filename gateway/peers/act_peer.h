/* The acts of another context (act.v1.ActService): who did what there, newest first. */
#ifndef GATEWAY_PEERS_ACT_PEER_H
#define GATEWAY_PEERS_ACT_PEER_H

#include "act/v1/act.pb-c.h"
#include "gateway/peers/peer_call.h"
#include "runtime/base/id.h"

/* Nil and "" keep nothing out. */
struct peer_act_question {
    const struct id *account_ids; /* any of them; ACT_ACCOUNTS_MAX at most */
    size_t account_count;
    struct id principal_id;
    struct id object_id;
    const char *action;
    const char *tag;
    int64_t from_us;
    int64_t until_us;
    const char *cursor;
    size_t limit;
};

struct peer_act_page {
    Act__V1__Act **acts;
    size_t count;
    const char *cursor; /* goes on behind the page */
    bool is_last;
    bool began_again; /* the cursor is of no act there: these are the newest once more */
};

/* Whether the account is one of those asked for: a peer of the last release knows of one alone. */
bool act_is_of(const struct peer_act_question *question, const char *account_id);

/* The accounts of the question, for its message. */
char **act_account_texts(struct arena *arena, const struct peer_act_question *question,
                         size_t *count);

enum failure act_list(struct peer_call call, const struct peer_act_question *question,
                      struct peer_act_page *page) must_check;

#endif
