#include <assert.h>

#include "gateway/domain/refusals.h"
#include "gateway/service/filter.h"
#include "identity/v1/key.pb-c.h"

#define PATTERNS_MAX 32 /* identity refuses more */
#define PATTERN_BYTES_MAX 64

/* A pattern that names nothing is a slip of the pen, and one that denies nothing a dangerous one.
 */
static int demand_known(struct exchange *exchange, char *const *patterns, size_t count)
{
    for (size_t i = 0; i < count && i < PATTERNS_MAX; i++) {
        if (!text_is_clean(patterns[i], PATTERN_BYTES_MAX))
            return call_invalid(exchange->call, "scope", FAULT_MALFORMED,
                                "must hold permissions such as ledger.balance.get");
        if (!route_any_permission(patterns[i]))
            return call_refuse(exchange->call, &unknown_permission,
                               REFUSAL_TERMS({"permission", patterns[i]}));
    }
    return 0;
}

static const Identity__V1__KeyScope *scope_of(const ProtobufCMessage *request)
{
    if (request->descriptor == &identity__v1__create_key_request__descriptor)
        return ((const Identity__V1__CreateKeyRequest *)(const void *)request)->scope;
    assert(request->descriptor == &identity__v1__register_certificate_request__descriptor);
    return ((const Identity__V1__RegisterCertificateRequest *)(const void *)request)->scope;
}

static int demand(struct exchange *exchange)
{
    const Identity__V1__KeyScope *scope = scope_of(exchange->request);
    if (scope == NULL)
        return 0; /* identity says what is missing */
    int no = demand_known(exchange, scope->permissions, scope->n_permissions);
    return no != 0 ? no
                   : demand_known(exchange, scope->denied_permissions, scope->n_denied_permissions);
}

const struct filter filter_key_scope = {.before = demand};
