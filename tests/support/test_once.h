/* A mutation behind a real server and a real database. The service is event.v1.EventService's
 * shape: the cursor is the request id, the page size the amount, and some amounts are special. */
#ifndef TESTS_SUPPORT_TEST_ONCE_H
#define TESTS_SUPPORT_TEST_ONCE_H

#include "tests/runtime/database/fixture.h"
#include "tests/runtime/database/proxy.h"

#include "event/v1/event.pb-c.h"
#include "runtime/rpc/client.h"

enum test_once_amount {
    UNLUCKY = 13, /* refused */
    INVALID = 14, /* refused for a field */
    BROKEN = 15,  /* fails */
    SLOW = 16,
    CONFLICTING = 17, /* conflicts in the first two runs */
    EARLY = 18,       /* not yet, until time_has_come */
    THIN = 19,        /* refused without memory in the first run */
    SUSPECTED = 20,   /* violates in the first run, which conflicts */
    TWICE_WRONG = 21  /* violates in each run, of which the first conflicts */
};

struct test_once {
    struct database *database;
    struct rpc_server *server;
    struct rpc_client *client;
    struct proxy proxy;
    int runs; /* of the body, since it was opened */
    bool time_has_come;
    bool cut_next_commit; /* after so many bytes: */
    int cut_to_server;
    int cut_to_client;
};
extern struct test_once once;

void test_once_open(struct task *task, bool through_proxy);
void test_once_close(struct task *task, bool through_proxy);

/* One call; its failure when it has one. */
enum failure test_once_try(struct task *task, struct id request_id, int amount,
                           Event__V1__ListEventsResponse **response, struct rpc_status *status);

/* One call that ends without a failure; its code. */
int test_once_ask(struct task *task, struct id request_id, int amount,
                  Event__V1__ListEventsResponse **response, struct rpc_status *status);

/* How many effects there are. */
int64_t test_once_effects(void);

/* For cmocka: the tables, and that they are empty. */
int test_once_set_up(void **state);
int test_once_empty(void **state);

#endif
