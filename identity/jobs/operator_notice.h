/* Notices, by e-mail too, to all who administer operators: so that nobody is let in, given roles or
 * removed behind their backs. */
#ifndef IDENTITY_JOBS_OPERATOR_NOTICE_H
#define IDENTITY_JOBS_OPERATOR_NOTICE_H

#include "identity/jobs/courier.h"

/* To those who administer at this moment, so before somebody is one no more. */
enum failure operator_notice_take(struct transaction *transaction, struct courier *courier,
                                  const char *text, int64_t now_us) must_check;

/* Tells them of a recovery (first_operator.h), which is begun by a process that has no keys. */
void operator_notice_start(struct courier *courier, struct loop *loop);

#endif
