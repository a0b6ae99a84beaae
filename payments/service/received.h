/* A top-up whose money was received, or may have been: how the news of a saga and the decision of
 * an operator move it. Inside of a mutation. */
#ifndef PAYMENTS_SERVICE_RECEIVED_H
#define PAYMENTS_SERVICE_RECEIVED_H

#include "payments/payments.h"
#include "payments/store/top_up_store.h"
#include "runtime/idempotency/call_once.h"

/* Moves a top-up that was just read; FAILURE_CONFLICT: another process was faster, decide again. */
enum failure received_move(struct mutation *mutation, struct top_up *top_up,
                           enum top_up_event event) must_check;

/* News of the gateway's sagas. */
struct saga_news {
    enum credit_verdict (*decide)(const struct received_facts *facts);
    enum top_up_event event;
};
/* *moved: the verdict accepts, and the top-up was moved; a repetition changes nothing. */
int received_tell(struct mutation *mutation, struct subject_key key, const struct saga_news *news,
                  struct top_up **top_up, bool *moved);

/* A decision of an operator. */
struct desk_act {
    enum desk_verdict (*decide)(const struct received_facts *facts);
    const char *name;   /* "RETURN", "RECORD_RETURN", "REDRIVE" */
    const char *remark; /* kept with the operator's name */
};
/* The top-up as it was found, when the verdict accepts; the act is noted. */
int received_act(struct mutation *mutation, struct subject_key key, const struct desk_act *act,
                 struct top_up **top_up);

#endif
