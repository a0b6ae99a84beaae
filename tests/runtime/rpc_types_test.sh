#!/usr/bin/env bash
# RPC_CALL checks the types of request and response when it is compiled: a right call compiles, a wrong one does not.
set -u
generated=${KONTOR_BUILD:-build/dev}/generated

compiles() { # compiles REQUEST RESPONSE
  cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wcast-qual -fsyntax-only -I. -I"$generated" -isystem "$generated/proto" -x c - 2>/dev/null <<CODE
#include "event/v1/event.pb-c.h"
#include "runtime/rpc/client.h"
enum failure ask(struct task *task, struct rpc_client *client, const $1 *request, $2 **response);
enum failure ask(struct task *task, struct rpc_client *client, const $1 *request, $2 **response)
{
    return RPC_CALL(task, client, event__v1__event_service, list_events, request, response, NULL);
}
CODE
}

failed=0
expect() { # expect yes|no REQUEST RESPONSE
  if compiles "$2" "$3"; then found=yes; else found=no; fi
  [ "$found" = "$1" ] && return
  echo "RPC_CALL with $2 and $3 compiles: $found, expected $1"
  failed=1
}

expect yes Event__V1__ListEventsRequest Event__V1__ListEventsResponse
expect no Event__V1__ListEventsResponse Event__V1__ListEventsResponse
expect no Event__V1__ListEventsRequest Event__V1__ListEventsRequest
expect no Event__V1__ListEventsRequest ProtobufCMessage
exit $failed
