/* Streams: calls that may last as long as their caller likes. Each of their requests passes like a
 * call of its own; meanwhile a watchdog looks again and again whether the session still lasts and
 * may do this, and ends the stream when not, or when the gateway stops. */
#ifndef GATEWAY_SERVICE_STREAM_H
#define GATEWAY_SERVICE_STREAM_H

#include "gateway/service/exchange.h"

/* Lets one request of the stream pass. */
typedef int stream_pass(struct exchange *exchange, const ProtobufCMessage *request);

/* Serves the stream from its account sync to its end. */
int stream_serve(struct exchange *exchange, stream_pass *pass);

#endif
