#include <assert.h>

#include "gateway/domain/access.h"
#include "gateway/service/filter.h"
#include "gateway/service/filters/relay.h"
#include "ledger/v1/event.pb-c.h"

/* Members of one account of a company have no right to see what the others do. */
static int check(struct exchange *exchange)
{
    assert(exchange->request->descriptor == &ledger__v1__watch_changes_request__descriptor);
    const Ledger__V1__WatchChangesRequest *request =
        (const Ledger__V1__WatchChangesRequest *)(void *)exchange->request;
    const struct route *whole = route_find("/ledger.v1.ChangeService/WatchChanges?whole_company");
    const struct access_holder holder = exchange_holder(exchange);
    enum access_verdict verdict =
        request->whole_company ? access_decide(whole, &holder) : ACCESS_GRANTED;
    const struct refusal_term terms[] = {
        {"permission", whole->permission}, {"field", "whole_company"}, {NULL, NULL}};
    return verdict == ACCESS_GRANTED ? 0
                                     : call_refuse(exchange->call, access_refusal(verdict), terms);
}

const struct filter filter_watch = {.before = check, .instead = relay, .streams = true};
