/* Requests from options, as invocation.h has them; here what only an invocation itself needs. */
#ifndef CLI_FILL_H
#define CLI_FILL_H

#include "cli/invocation.h"

const ProtobufCMethodDescriptor *fill_method_of(const ProtobufCServiceDescriptor *service,
                                                const char *method);

/* Puts the whole id in place of a short --account. false after a complaint. */
bool fill_find_account(struct invocation *invocation) must_check;

#endif
