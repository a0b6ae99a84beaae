/* Steps: what the gateway does for a route beyond forwarding it (domain/route.h names them). */
#ifndef GATEWAY_SERVICE_STEP_H
#define GATEWAY_SERVICE_STEP_H

#include "gateway/service/passage.h"

struct step {
    int (*before)(struct passage *passage); /* may complete the request, or refuse; NULL: nothing */
    int (*instead)(struct passage *passage); /* in place of forwarding */
    void (*after)(struct passage *passage);  /* once the peer agreed; cannot refuse any more */
    const char
        *looks_at; /* of before: the one field, beside account_id, that its verdict follows from */
    bool streams;  /* instead sends what it answers */
};

/* More than a share may have (SHR-01); the peer refuses longer lists. */
#define STEP_RECIPIENTS_MAX 100

const struct step *step_of(enum route_step step);

/* ---- the steps, one file each ---- */

int step_log_out(struct passage *passage);
int step_onboarding(struct passage *passage);
int step_update_account(struct passage *passage);
int step_closing_blockers(struct passage *passage);
int step_list_sagas(struct passage *passage);
int step_redrive_saga(struct passage *passage);
int step_readiness(struct passage *passage);
int step_ready(struct passage *passage);
int step_same_company(struct passage *passage);
int step_top_up_target(struct passage *passage);
int step_relay(struct passage *passage);
int step_watch(struct passage *passage);
int step_submit_orders(struct passage *passage);
int step_stream_orders(struct passage *passage);
int step_preview_order(struct passage *passage);
void step_open_account(struct passage *passage);
void step_wake(struct passage *passage);

/* The company under which the acting account's money and benefits live; "" for an operator who acts
 * for no account. Refuses a corporate account that never had a verified company. */
int step_company(struct passage *passage, const char **company_id);

#endif
