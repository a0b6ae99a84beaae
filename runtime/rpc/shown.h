/* The part of a file's descriptor that strangers are shown: the rpcs of the door, not those that
 * stay inside. */
#ifndef RUNTIME_RPC_SHOWN_H
#define RUNTIME_RPC_SHOWN_H

#include <stdbool.h>

#include "google/protobuf/descriptor.pb-c.h"

/* Takes every rpc out that shows ("/ledger.v1.TransferService/CreateTransfer") says no to, and
 * every service that has none left, with their comments. Messages stay. True when something was
 * taken out. */
bool shown_reduce(Google__Protobuf__FileDescriptorProto *file, bool (*shows)(const char *rpc));

#endif
