/* The question what the ceilings of an account (PAY-26) would say of an act; nothing is counted. */
#ifndef GATEWAY_SERVICE_CEILING_QUESTION_H
#define GATEWAY_SERVICE_CEILING_QUESTION_H

#include "gateway/domain/ceiling.h"
#include "gateway/service/exchange.h"

struct ceiling_answer {
    enum ceiling_verdict verdict;
    bool others_may_approve;
};

/* Of the exchange's caller, in the acting account. */
enum failure ceiling_ask(struct exchange *exchange, const struct route *route,
                         const struct money_act *money, struct ceiling_answer *answer) must_check;

#endif
