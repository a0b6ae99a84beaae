/* Whether a request is well formed by itself (E35), by the rules that its proto says of its fields:
 * told before anything else is asked of anybody, so that a mistake in a request never looks like
 * the state of an account. */
#ifndef GATEWAY_SERVICE_FORM_H
#define GATEWAY_SERVICE_FORM_H

#include "runtime/rpc/field_rules.h"

#define FORMS_MAX 512

struct forms {
    struct arena arena;
    struct message_rules rules[FORMS_MAX]; /* by their types' addresses */
    size_t count;
};

void forms_init(struct forms *forms);

/* Learns the rules of the service's requests. */
void forms_learn(struct forms *forms, const ProtobufCServiceDescriptor *service);

/* 0, or the call is refused with all that is wrong with the request. */
int forms_check(const struct forms *forms, const ProtobufCMessage *request, struct call *call);

#endif
