/* A passage: one call on its way through the gateway. Every public rpc of every context goes the
 * same way: route → rate → session → access → account → form → company → step before → forward →
 * step after. Each request of a stream (stream.h) goes it anew. */
#ifndef GATEWAY_SERVICE_PASSAGE_H
#define GATEWAY_SERVICE_PASSAGE_H

#include "gateway/domain/refusals.h"
#include "gateway/domain/route.h"
#include "gateway/peers/identity_peer.h"
#include "gateway/service/gateway.h"

struct passage {
    struct gateway *gateway;
    struct call *call;
    const struct route *route;
    struct rpc_client *peer; /* NULL: the gateway answers itself */
    const ProtobufCServiceDescriptor *service;
    unsigned method_index;
    const char *token;               /* of the session; "" without one */
    struct identity_session session; /* texts are "" without one */
    ProtobufCMessage *request;       /* ours to complete before it is forwarded */
    ProtobufCMessage *response;      /* NULL for a stream */
    struct stream *stream; /* of which this is one message; NULL: a call with one answer, or a
                              stream that begins */
};

/* Who acts, for the peer: principal, account, roles; or that nobody has logged in; and from where.
 * Ended by a NULL name. Lends the session's texts. */
#define PASSAGE_HEADERS 5
struct rpc_header;
void passage_headers(const struct passage *passage, struct rpc_header headers[PASSAGE_HEADERS]);

/* The session's token of a call, "" when it names none that could be ours. */
const char *passage_token(struct call *call);

/* A service of a context, mounted here under its own name. */
struct door {
    ProtobufCService service;
    struct gateway *gateway;
    struct rpc_client *peer;
};

/* Gives the descriptor a service that lets every call pass, or says no. */
void passage_open_door(struct door *door, struct gateway *gateway,
                       const ProtobufCServiceDescriptor *service, struct rpc_client *peer);

/* Lets a request pass: admits its caller, takes the route's steps and forwards it. It is copied,
 * one level deep, and completed. */
int passage_pass(struct passage *passage, const ProtobufCMessage *request);

/* Before there is any request: whose session it is and whether it may call now, so that strangers
 * hold no stream. */
int passage_greet(struct passage *passage);

/* The request as it stands by now goes to the peer; its answer is the response. */
int passage_forward(struct passage *passage);

/* What went wrong with a peer, as the answer to the call: its own no as it is, or the failure.
 * Returns 0 when nothing did. */
int passage_answer(struct passage *passage, enum failure failure, const struct rpc_status *status);

#endif
