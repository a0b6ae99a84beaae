/* The ledger's own audit, asked for by a customer. */
#ifndef BENCH_LOAD_AUDIT_H
#define BENCH_LOAD_AUDIT_H

#include "bench/load/door.h"

struct audited {
    int64_t accounts; /* looked at: 1 when only the acting account may be told of */
    int64_t mistakes; /* findings, and currencies whose postings do not sum to zero */
    char first[64];   /* the first finding's kind; "" for none */
};

struct audit_question {
    const char *token;
    char *account;   /* NULL: the session's own */
    int64_t ends_us; /* patience, while another audit runs or the door is shut; monotonic */
};

/* false: it did not come to its end. */
bool audit_ask(struct task *task, struct door *door, const struct audit_question *question,
               struct audited *audited) must_check;

#endif
