/* kontor ceiling …: a list of ceilings on the command line, finance:top-up:1000.00:2000.00,… */
#include <stdio.h>
#include <string.h>

#include "cli/functions.h"
#include "cli/invocation.h"
#include "cli/names.h"
#include "gateway/v1/ceiling.pb-c.h"
#include "runtime/base/amount.h"

#define PARTS 4 /* role, act, at once, in a day */

/* Takes the list apart at its separators, in place; how many parts there are, or more than max. */
static size_t split(char *text, char separator, char **parts, size_t max)
{
    size_t count = 0;
    while (text != NULL && count <= max) {
        char *end = strchr(text, separator);
        if (count < max)
            parts[count] = text;
        if (end != NULL)
            *end++ = '\0';
        text = end;
        count++;
    }
    return count;
}

/* -1: the type has no such value. */
static int value_named(const ProtobufCEnumDescriptor *type, const char *word)
{
    char name[NAME_SIZE];
    for (unsigned i = 0; i < type->n_values; i++) {
        names_of_value(type, type->values[i].value, '-', name);
        if (strcmp(name, word) == 0)
            return type->values[i].value;
    }
    return -1;
}

static bool read_ceiling(char *text, Gateway__V1__Ceiling *ceiling)
{
    char *parts[PARTS];
    gateway__v1__ceiling__init(ceiling);
    if (split(text, ':', parts, PARTS) != PARTS)
        return false;
    int role = value_named(&identity__v1__role__descriptor, parts[0]);
    int action = value_named(&gateway__v1__money_action__descriptor, parts[1]);
    ceiling->role = (Identity__V1__Role)role;
    ceiling->action = (Gateway__V1__MoneyAction)action;
    return role > 0 && action > 0 && amount_parse(parts[2], &ceiling->transaction_micros) &&
           amount_parse(parts[3], &ceiling->day_micros);
}

static bool read_ceilings(struct invocation *invocation, Gateway__V1__SetCeilingsRequest *request)
{
    struct arena *arena = task_arena(invocation->task);
    const char *list = invocation_value(invocation, "ceilings");
    size_t room = 1 + (list == NULL ? 0 : strlen(list));
    char **texts = arena_alloc_array(arena, room, sizeof *texts);
    size_t count =
        list == NULL || list[0] == '\0' ? 0 : split(arena_strdup(arena, list), ',', texts, room);
    request->ceilings = arena_alloc_array(arena, count, sizeof *request->ceilings);
    for (size_t i = 0; i < count; i++) {
        const char *shown = arena_strdup(arena, texts[i]);
        request->ceilings[i] = arena_alloc(arena, sizeof **request->ceilings);
        if (!read_ceiling(texts[i], request->ceilings[i])) {
            fprintf(stderr,
                    "kontor: \"%s\" is no ceiling: a role, an act (top-up, transfer, revoke or "
                    "allocate), at once and in a day, as in finance:top-up:1000.00:2000.00\n",
                    shown);
            return false;
        }
    }
    request->n_ceilings = count;
    return true;
}

enum exit_code ceiling_run_set(struct invocation *invocation)
{
    enum exit_code code = invocation_fill(invocation);
    if (code != EXIT_DONE)
        return code;
    if (!read_ceilings(invocation, (void *)invocation->request))
        return EXIT_USAGE;
    code = invocation_call(invocation, &gateway__v1__ceiling_service__descriptor, "SetCeilings",
                           invocation->request, &invocation->response);
    if (code == EXIT_DONE)
        invocation_print(invocation, invocation->response);
    return code;
}
