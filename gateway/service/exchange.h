/* An exchange: one call on its way through the gateway, or one message of a stream, with the peer
 * that answers it. The router makes it, the admission says who calls, and the filters and the
 * forwarding do what the route asks for. */
#ifndef GATEWAY_SERVICE_EXCHANGE_H
#define GATEWAY_SERVICE_EXCHANGE_H

#include "gateway/domain/route.h"
#include "gateway/gateway.h"
#include "gateway/peers/identity_session.h"
#include "runtime/base/actor.h"
#include "runtime/rpc/call.h"

struct exchange;
typedef int exchange_answer(struct exchange *exchange);

/* A service of a context, mounted here under its own name. */
struct mounted_service {
    ProtobufCService service;
    struct gateway *gateway;
    struct rpc_client *peer;         /* that answers; NULL: the gateway does, by */
    exchange_answer *const *answers; /* one for each method, made by cmake/handlers.py */
};

/* The other accounts of a request that have to be of the acting account's company (ID-18): distinct
 * and in order, so that identity is asked once and its answer is found. */
struct others {
    struct id *ids;
    size_t count;
    size_t room;
};

/* A call is asked about again when accounts were frozen between its question and its acceptance. */
#define FREEZES_MOVED_MAX 3

/* Noted of a stream's last message. */
struct stream_note {
    char account_id[ID_TEXT_SIZE]; /* the acting account; "" before the first */
    bool is_masked;                /* what is answered to it */
};

struct exchange {
    const struct mounted_service *mounted;
    struct gateway *gateway;
    struct call *call;
    const struct route *route;
    unsigned method_index;
    const char *token; /* of the session, or a key; a name of the certificate; "" without any */
    const struct identity_certificate *certificate; /* NULL: it is no certificate */
    struct others others;                           /* named before the admission */
    const char *standing;            /* of the acting account (B.1), once asked; NULL: it was not */
    const char *chain_id;            /* that its money is in, once asked; "" or NULL: not known */
    struct identity_session session; /* texts are "" before the admission, and without one */
    ProtobufCMessage *request;       /* ours to complete before it is forwarded */
    ProtobufCMessage *response;      /* NULL for a stream */
    bool was_answered;               /* by who keeps the act: a peer, or the gateway's own rpc */
    const char *approval_id; /* that the act rests on, carried out without its caller; NULL: none */
    const char *approver_id; /* the first who approved it, when one did */
    bool stops_new;          /* what refused it stops new acts alone: a freeze (GW-03), PAY-16 */
    bool freeze_moved;       /* the peer has heard of a freeze that the session does not know of */
    bool is_masked;          /* GW-05: nothing of the answer leaves as raw billing data */
    struct stream_note *note; /* of a stream's message. NULL: a call with one answer, or a stream
                                 that begins */
};

/* The session's token or the key of a call, "" when it names none that could be ours. Of a program
 * that showed a certificate, *certificate, and a name of it that no token can be. */
const char *exchange_token(struct call *call, const struct identity_certificate **certificate);

/* Whether the peer has an answer to the request already, and what it is: 0, or a refusal that was
 * written to the call; or a failure, for a peer that cannot be asked may have done it. Nothing is
 * done there, and nothing is written when it has none. */
bool exchange_replay(struct exchange *exchange, int *no);

/* The rights of the call's session or key, once it was resolved. */
static inline struct access_holder exchange_holder(const struct exchange *exchange)
{
    return identity_session_holder(&exchange->session);
}

/* The actor, for the peer: principal, account, session or key, roles, the partner that
 * it acts for, the approval it rests on and who gave it; or that nobody has logged in; from
 * where; how the account stands, once asked; and for what a freeze stops, which freezes are known.
 * Ended by a NULL name. Lends the session's texts. */
#define EXCHANGE_HEADERS 13
void exchange_headers(const struct exchange *exchange, struct rpc_header headers[EXCHANGE_HEADERS]);

/* Those by which a peer says what it answered before, and does nothing. */
#define EXCHANGE_REPLAY_HEADERS (EXCHANGE_HEADERS + 1)
void exchange_replay_headers(struct exchange *exchange,
                             struct rpc_header headers[EXCHANGE_REPLAY_HEADERS]);

/* The same for what is kept here (GW-07); nobody is the public. */
const struct actor *exchange_actor(const struct exchange *exchange);

/* The key of a call to the peer (rpc_call_options): the chain, for the ledger, where one replica
 * decides on a chain as long as it is well; else "". Lends the request's text. */
const char *exchange_key(const struct exchange *exchange);

/* The request as it stands by now goes to the peer; its answer is the response. */
int exchange_forward(struct exchange *exchange);

/* The result of a question to a peer, as the answer to the call: the peer's own no as it is, of
 * which a masked one tells no amounts, or the failure; 0 when the peer agreed. */
int exchange_result(struct exchange *exchange, int no, const struct rpc_status *status);

#endif
