/* Requests from options: what is given, what the profile remembers, what is missing. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/confirm.h"
#include "cli/fill.h"
#include "cli/history.h"
#include "cli/request.h"
#include "cli/secret_input.h"
#include "runtime/base/clock.h"

static const struct option *find_option(const struct command *command, const char *name,
                                        size_t *index)
{
    for (*index = 0; command->options != NULL && command->options[*index].name != NULL;
         (*index)++) {
        if (strcmp(command->options[*index].name, name) == 0)
            return &command->options[*index];
    }
    return NULL;
}

static const char *value_of(const struct invocation *invocation, size_t index)
{
    const struct option *option = &invocation->command->options[index];
    if (invocation->values[index] != NULL)
        return invocation->values[index];
    if (option->remembered != NULL &&
        profile_get(&invocation->profile, option->remembered)[0] != '\0')
        return profile_get(&invocation->profile, option->remembered);
    return option->fallback;
}

const char *invocation_value(const struct invocation *invocation, const char *name)
{
    size_t index;
    const struct option *option = find_option(invocation->command, name, &index);
    assert(option != NULL);
    (void)option;
    return value_of(invocation, index);
}

bool invocation_given(const struct invocation *invocation, const char *name)
{
    size_t index;
    return find_option(invocation->command, name, &index) != NULL &&
           invocation->values[index] != NULL;
}

/* ---- requests ---- */

const ProtobufCMethodDescriptor *fill_method_of(const ProtobufCServiceDescriptor *service,
                                                const char *method)
{
    const ProtobufCMethodDescriptor *found =
        protobuf_c_service_descriptor_get_method_by_name(service, method);
    assert(found != NULL);
    return found;
}

static bool fill(struct invocation *invocation, ProtobufCMessage *request, const char *field,
                 const char *text)
{
    const char *complaint;
    if (!request_has_text(request, field) ||
        request_set(task_arena(invocation->task), request, field, text, &complaint))
        return true;
    fprintf(stderr, "kontor: %s: %s\n", field, complaint);
    return false;
}

ProtobufCMessage *invocation_request(struct invocation *invocation,
                                     const ProtobufCServiceDescriptor *service, const char *method)
{
    const ProtobufCMessageDescriptor *type = fill_method_of(service, method)->input;
    ProtobufCMessage *request = arena_try_alloc(task_arena(invocation->task), type->sizeof_message);
    if (request == NULL)
        return NULL;
    protobuf_c_message_init(type, request);
    if (invocation->request_id[0] == '\0' && invocation->new_request_id[0] == '\0')
        id_format(id_new(clock_now_us()), invocation->new_request_id);
    const char *request_id =
        invocation->request_id[0] != '\0' ? invocation->request_id : invocation->new_request_id;
    bool filled = fill(invocation, request, "account_id", invocation->account_id) &&
                  fill(invocation, request, "request_id", request_id);
    return filled ? request : NULL;
}

/* "@" of a path is what the command chooses, such as "corporate". */
static bool expand_path(struct invocation *invocation, const char *path, char out[256])
{
    const char *at = strchr(path, '@');
    if (at == NULL)
        return text_print(out, 256, "%s", path);
    return text_print(out, 256, "%.*s%s%s", (int)(at - path), path,
                      invocation->command->choose(invocation), at + 1);
}

/* The whole of an id that was given in short, and people see which. */
static const char *whole_id(struct invocation *invocation, const char *option, const char *field,
                            const char *value)
{
    const char *complaint = "";
    const char *whole =
        history_find(invocation->history, task_arena(invocation->task), field, value, &complaint);
    if (whole == NULL)
        fprintf(stderr, "kontor: --%s: %s\n", option, complaint);
    else if (whole != value && isatty(STDERR_FILENO))
        fprintf(stderr, "  --%s %s\n", option, whole);
    return whole;
}

bool fill_find_account(struct invocation *invocation)
{
    const char *whole = whole_id(invocation, "account", "account_id", invocation->account_id);
    invocation->account_id = whole != NULL ? whole : "";
    return whole != NULL;
}

static const char *whole_ids(struct invocation *invocation, const struct option *option,
                             const char *field, const char *value)
{
    struct arena *arena = task_arena(invocation->task);
    char *rest = arena_strdup(arena, value);
    if (strchr(value, ',') == NULL)
        return whole_id(invocation, option->name, field, value);
    const char *list = "";
    for (char *item = strsep(&rest, ","); item != NULL; item = strsep(&rest, ",")) {
        const char *whole = whole_id(invocation, option->name, field, item);
        if (whole == NULL)
            return NULL;
        list = arena_printf(arena, "%s%s%s", list, list[0] != '\0' ? "," : "", whole);
    }
    return list;
}

static bool fill_option(struct invocation *invocation, const struct option *option,
                        const char *value)
{
    struct arena *arena = task_arena(invocation->task);
    char *rest = arena_strdup(arena, option->path);
    const char *complaint = "out of memory";
    for (char *path = strsep(&rest, " "); path != NULL; path = strsep(&rest, " ")) {
        char expanded[256];
        value = whole_ids(invocation, option, path, value);
        if (value == NULL)
            return false;
        if (!expand_path(invocation, path, expanded) ||
            !request_set(arena, invocation->request, expanded, value, &complaint)) {
            fprintf(stderr, "kontor: --%s: %s\n", option->name, complaint);
            return false;
        }
    }
    return true;
}

static bool check_either(const struct invocation *invocation)
{
    const char *choices = "";
    size_t given = 0;
    const struct option *options = invocation->command->options;
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        if ((options[i].flags & OPTION_EITHER) == 0)
            continue;
        choices = arena_printf(task_arena(invocation->task), "%s%s--%s", choices,
                               choices[0] != '\0' ? " or " : "", options[i].name);
        given += value_of(invocation, i) != NULL ? 1 : 0;
    }
    if (choices[0] == '\0' || given == 1)
        return true;
    fprintf(stderr, "kontor: %s %s\n", choices,
            given == 0 ? "is missing" : "can be given, not more than one of them");
    return false;
}

static bool check_goes_with(const struct invocation *invocation)
{
    const struct option *options = invocation->command->options;
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        const char *other = options[i].goes_with;
        if (other == NULL || value_of(invocation, i) == NULL ||
            invocation_value(invocation, other) != NULL)
            continue;
        fprintf(stderr, "kontor: --%s is given only with --%s\n", options[i].name, other);
        return false;
    }
    return true;
}

/* A secret that is missing is asked for. */
static bool check_required(const struct invocation *invocation)
{
    bool complete = true;
    const struct option *options = invocation->command->options;
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        if ((options[i].flags & (OPTION_REQUIRED | OPTION_SECRET)) != OPTION_REQUIRED ||
            value_of(invocation, i) != NULL)
            continue;
        fprintf(stderr, "kontor: --%s is missing: %s\n", options[i].name, options[i].help);
        complete = false;
    }
    return complete;
}

/* Of several mistakes each is told. */
static enum exit_code fill_options(struct invocation *invocation, bool secrets)
{
    bool complete = check_required(invocation);
    bool right = check_either(invocation) && check_goes_with(invocation);
    const struct option *options = invocation->command->options;
    for (size_t i = 0; right && options != NULL && options[i].name != NULL; i++) {
        const char *value = value_of(invocation, i);
        bool is_secret = (options[i].flags & OPTION_SECRET) != 0;
        if (value != NULL && options[i].path != NULL && is_secret == secrets)
            complete = fill_option(invocation, &options[i], value) && complete;
    }
    return complete && right ? EXIT_DONE : EXIT_USAGE;
}

/* Secrets are asked for once nothing else is wrong. */
enum exit_code invocation_fill(struct invocation *invocation)
{
    const struct command *command = invocation->command;
    invocation->request = invocation_request(invocation, command->service, command->method);
    if (invocation->request == NULL || fill_options(invocation, false) != EXIT_DONE)
        return EXIT_USAGE;
    bool right = secret_input_read(invocation) && fill_options(invocation, true) == EXIT_DONE;
    return right && confirm_irreversible(invocation) ? EXIT_DONE : EXIT_USAGE;
}
