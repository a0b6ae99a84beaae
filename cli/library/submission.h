/* Orders on their way in calls of SubmitOrders, and what each is answered. The library's own. */
#ifndef CLI_LIBRARY_SUBMISSION_H
#define CLI_LIBRARY_SUBMISSION_H

#include "cli/library/kontor.h"
#include "runtime/loop/loop.h"
#include "runtime/rpc/client.h"
#include "runtime/rpc/gather.h"

/* One order, from kontor_submit to its answer. */
struct submission {
    struct gather_item item; /* first: gather hands it back */
    struct loop_posting posting;
    struct kontor *kontor;
    kontor_answered *answered;
    void *context;
    bool is_answered;
    bool is_in_doubt; /* a call before may have done it */
    bool is_held_up;  /* waits to be sent again, and is certainly not done */
    size_t size;
    uint8_t packed[];
};

/* Sends the calls. */
struct sender {
    struct rpc_client *client;
    const char *session_header;
    char *account_id;
};

/* A gather_send; its context is the sender. */
enum failure submission_send(struct task *task, void *context, struct gather_item **items,
                             size_t count);

/* Answers one that has no result. has_left: a call took it that may have done it. */
void submission_fail(struct submission *submission, enum failure failure, bool has_left);

#endif
