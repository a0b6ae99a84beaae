/* A peer that hears a request over a bare socket and hangs up without an answer: it may have been done, and nobody can tell. */
#ifndef TESTS_SUPPORT_TEST_MUTE_H
#define TESTS_SUPPORT_TEST_MUTE_H

#include <pthread.h>
#include <stdatomic.h>

struct test_mute {
    int listener;
    int port;
    pthread_t thread;
    atomic_int requests; /* heard */
};

void test_mute_start(struct test_mute *mute);
void test_mute_stop(struct test_mute *mute);

/* A port where nobody listens: bound and given up. */
int test_port_of_nobody(void);

#endif
