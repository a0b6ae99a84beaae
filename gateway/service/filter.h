/* Filters: the work of the gateway for a route beyond forwarding it (domain/route.h names them). */
#ifndef GATEWAY_SERVICE_FILTER_H
#define GATEWAY_SERVICE_FILTER_H

#include "gateway/service/exchange.h"

struct filter {
    /* the other accounts that the rest will ask company_compare about; before anything is known of
     * the caller, and with no call to anybody; NULL: none */
    void (*name_others)(struct exchange *exchange);
    /* may complete the request, or refuse; NULL: nothing */
    int (*before)(struct exchange *exchange);
    /* in place of forwarding */
    int (*instead)(struct exchange *exchange);
    /* once the peer agreed; cannot refuse any more */
    void (*after)(struct exchange *exchange);
    /* of before: the field, beside account_id, that its verdict follows from */
    const char *looks_at;
    /* another account that it follows from; "": none; NULL: never */
    const char *(*looks_at_too)(const ProtobufCMessage *request);
    bool streams; /* instead sends what it answers */
};

/* Of those for which identity decides by how the account stands in money. */
int relation_standing_ask(struct exchange *exchange);

/* Of those that change what the other contexts know of an account. */
void open_account_after(struct exchange *exchange);

/* Each has a file in filters/. */
extern const struct filter filter_log_out;
extern const struct filter filter_onboarding;
extern const struct filter filter_open_account;
extern const struct filter filter_trial;
extern const struct filter filter_update_account;
extern const struct filter filter_ready;
extern const struct filter filter_same_company;
extern const struct filter filter_top_up_target;
extern const struct filter filter_key_scope;
extern const struct filter filter_custom_role;
extern const struct filter filter_freeze;
extern const struct filter filter_relation;
extern const struct filter filter_conversion;
extern const struct filter filter_allocation;
extern const struct filter filter_funding;
extern const struct filter filter_relay;
extern const struct filter filter_watch;
extern const struct filter filter_submit_orders;
extern const struct filter filter_stream_orders;
extern const struct filter filter_preview_order;

#endif
