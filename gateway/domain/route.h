/* The routes table: the whole public surface of Kontor, one row an rpc, made by cmake/routes.py
 * from what the protos say of their rpcs (kontor/v1/options.proto). An rpc that stays inside has no
 * row and is UNIMPLEMENTED at the gateway. A row "…/Rpc?field" says what setting that field needs
 * beyond the rpc's own row. Orders have no rows: an order may do what the rpc of its request may.
 */
#ifndef GATEWAY_DOMAIN_ROUTE_H
#define GATEWAY_DOMAIN_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

/* The callers that an rpc may have. */
enum route_caller {
    ROUTE_PUBLIC,                    /* anybody: to sign up and to log in */
    ROUTE_SESSION,                   /* whoever is logged in, about themselves */
    ROUTE_MEMBER,                    /* members of the acting account */
    ROUTE_MEMBER_OR_OPERATOR,        /* … or the provider's business managers, for any account */
    ROUTE_ADMINISTRATOR,             /* administrators of the acting account */
    ROUTE_ADMINISTRATOR_OR_OPERATOR, /* … or business managers, for any account */
    ROUTE_OPERATOR,                  /* business managers alone */
    ROUTE_ABOVE,                     /* administrators by a role on an account above (GW-13) */
    ROUTE_ABOVE_OR_OPERATOR,         /* … or business managers, for any account */
    ROUTE_ROLE,                      /* who has a role that names the permission; nobody by class */
};

/* How it counts: reads may use a session resolved up to a second ago and have the wider rate limit;
 * writes and money never may. */
enum route_kind { ROUTE_READ, ROUTE_WRITE, ROUTE_MONEY };

/* The work of the gateway beyond forwarding, the filter of the proto; each is in a file
 * of service/filters/. */
enum route_filter {
    FILTER_FORWARD,        /* nothing */
    FILTER_LOG_OUT,        /* the session of the call, when the request names none */
    FILTER_ONBOARDING,     /* answered by what all contexts know of the steps (ID-09, GW-11) */
    FILTER_OPEN_ACCOUNT,   /* afterwards, opens or updates the account in the other contexts */
    FILTER_TRIAL,          /* refused while anything is missing that the channel demands (ID-42);
                            afterwards as OPEN_ACCOUNT */
    FILTER_UPDATE_ACCOUNT, /* closing an account asks every context (ID-12) */
    FILTER_READY,          /* refused while anything is missing (ID-07, ID-08) */
    FILTER_SAME_COMPANY,   /* refused unless source and destinations are of one company (LED-06,
                            SHR-03,     ID-18) */
    FILTER_RELAY,          /* the answer is a stream, passed on as it comes */
    FILTER_WATCH,          /* the same; a whole company's is for whom its own row names */
    FILTER_SUBMIT_ORDERS,  /* each order goes as its own rpc would */
    FILTER_STREAM_ORDERS,  /* the same, message by message */
    FILTER_PREVIEW_ORDER,  /* the same, for one */
    FILTER_TOP_UP_TARGET,  /* the target is the payer or of its company (PAY-15), and has an account
                            in the ledger */
    FILTER_KEY_SCOPE,      /* each pattern of the scope names a permission that some rpc has */
    FILTER_CUSTOM_ROLE,    /* a role that is written opens only what its writer may do, and answers
                            tell what roles open */
    FILTER_FREEZE,         /* afterwards, payments is told that accounts were frozen (GW-03) */
    FILTER_ALLOCATION, /* refused unless the destination is a customer to whom it may allocate */
    FILTER_RELATION,   /* identity is told what the account owes and has under way (B.1) */
    FILTER_CONVERSION, /* the same; afterwards as OPEN_ACCOUNT (ID-31) */
    FILTER_FUNDING,    /* the ledger is told first of the relation with its agent (LED-41) */
};

struct route {
    const char *rpc;        /* "/ledger.v1.TransferService/CreateTransfer" */
    const char *permission; /* "service.thing.verb"; the permission that a refusal names */
    enum route_caller caller;
    enum route_kind kind;
    enum route_filter filter;
};

/* Lends the row, or NULL when the rpc is not public. */
const struct route *route_find(const char *rpc);

/* Whether strangers are told of the rpc: it has a row, or is gRPC's own. */
bool route_is_shown(const char *rpc);

/* Lends the row of the rpc that takes a request, by the request's full name:
 * "ledger.v1.CreateTransferRequest" is what
 * "/ledger.v1.TransferService/CreateTransfer" takes. NULL when that rpc is not public. */
const struct route *route_find_request(const char *request);

/* A row with the permission, or NULL; rows with the same one have the same callers. */
const struct route *route_find_permission(const char *permission);

/* Whether it is a write by which one decides who may do what (ID-32). */
bool route_decides_who_may_what(const struct route *route);

/* Whether a pattern (role.h) names a permission that some row has. */
bool route_any_permission(const char *pattern);

/* One row of each permission, in the order of their names; rows has room for all of route_list. */
size_t route_permissions(const struct route **rows);

/* All rows, and the rpcs that stay inside, for tests and documentation. */
const struct route *route_list(size_t *count);
const char *const *route_internal_list(size_t *count);

#endif
