#include "gateway/service/form.h"

#include <assert.h>
#include <stdlib.h>

#define FORMS_BYTES_MAX (1024 * 1024)

static int compare(const void *a, const void *b)
{
    uintptr_t one = (uintptr_t)((const struct message_rules *)a)->type,
              other = (uintptr_t)((const struct message_rules *)b)->type;
    return (one > other) - (one < other);
}

static const struct message_rules *find(const struct forms *forms,
                                        const ProtobufCMessageDescriptor *type)
{
    const struct message_rules sought = {.type = type};
    return bsearch(&sought, forms->rules, forms->count, sizeof(*forms->rules), compare);
}

void forms_init(struct forms *forms)
{
    arena_init(&forms->arena, FORMS_BYTES_MAX);
    forms->count = 0;
}

void forms_learn(struct forms *forms, const ProtobufCServiceDescriptor *service)
{
    for (unsigned i = 0; i < service->n_methods; i++) {
        if (find(forms, service->methods[i].input) != NULL)
            continue;
        assert(forms->count < FORMS_MAX);
        forms->rules[forms->count++] = message_rules_read(&forms->arena, service->methods[i].input);
        qsort(forms->rules, forms->count, sizeof(*forms->rules), compare);
    }
}

int forms_check(const struct forms *forms, const ProtobufCMessage *request, struct call *call)
{
    const struct message_rules *rules = find(forms, request->descriptor);
    assert(rules != NULL);
    message_rules_check(rules, request, call);
    return call_has_violations(call) ? call_refuse_violations(call) : 0;
}
