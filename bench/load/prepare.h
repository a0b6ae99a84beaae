/* How sessions come about: accounts that are opened, or were, are logged in, and a roster written.
 */
#ifndef BENCH_LOAD_PREPARE_H
#define BENCH_LOAD_PREPARE_H

#include "bench/load/desk.h"

struct preparation {
    struct opening opening;
    const char *operator_email; /* "" when the accounts are there */
    struct secret operator_password, operator_app;
    const char *credentials_file; /* e-mail address and password, a line each; made with accounts */
    const char *roster_file;      /* made, mode 0600; one that is there is replaced */
    size_t companies, accounts;   /* of each company; to be opened when there are no credentials */
    size_t sessions;              /* of each account */
};

/* false: a line was printed. */
bool prepare_run(struct task *task, const struct preparation *preparation) must_check;

#endif
