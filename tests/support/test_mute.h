/* A peer that hears a request over a bare socket and gives no answer, in one way or another: it may
 * have been done, and nobody can tell; or it certainly was not. */
#ifndef TESTS_SUPPORT_TEST_MUTE_H
#define TESTS_SUPPORT_TEST_MUTE_H

#include <pthread.h>
#include <stdatomic.h>

enum mute_habit {
    MUTE_HANGS_UP,
    MUTE_REFUSES,     /* RST_STREAM with REFUSED_STREAM: it did not look at it */
    MUTE_RESETS,      /* RST_STREAM with INTERNAL_ERROR: it may have */
    MUTE_GOES_BEFORE, /* GOAWAY that names an earlier stream as the last it looked at */
    MUTE_GOES_BEHIND, /* GOAWAY that names the request's stream, and nothing more */
};

struct test_mute {
    enum mute_habit habit; /* set before start */
    int requests_max;      /* set before start: after so many nobody listens any more; 0: no end */
    int listener;
    int port;
    pthread_t thread;
    atomic_int requests; /* heard */
};

void test_mute_start(struct test_mute *mute);
void test_mute_stop(struct test_mute *mute);

/* A port where nobody listens, and nobody else can. */
int test_port_of_nobody(void);

#endif
