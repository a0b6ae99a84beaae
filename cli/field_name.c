#include "cli/field_name.h"

#include <string.h>

/* Whether the path, in which "@" stands for any name, and the field begin alike; moves both behind
 * that. */
static bool is_walked(const char **path, const char *end, const char **field)
{
    for (; *path < end && **field != '\0'; (*path)++) {
        if (**path == '@')
            *field += strcspn(*field, ".");
        else if (*(*field)++ != **path)
            return false;
    }
    return true;
}

/* Of the field itself, or of the list that the field is an entry of. */
static bool is_path_of(const char *path, size_t length, const char *field)
{
    const char *end = path + length;
    return is_walked(&path, end, &field) && path == end && (*field == '\0' || *field == '[');
}

/* Of something within the field. */
static bool is_path_into(const char *path, size_t length, const char *field)
{
    const char *end = path + length;
    return is_walked(&path, end, &field) && *field == '\0' && path < end && *path == '.';
}

static bool fills(const struct option *option, const char *field,
                  bool (*is)(const char *path, size_t length, const char *field))
{
    for (const char *path = option->path; path != NULL && *path != '\0';) {
        size_t length = strcspn(path, " ");
        if (is(path, length, field))
            return true;
        path += length + strspn(path + length, " ");
    }
    return false;
}

/* "--contact-name, --contact-email" for "corporate.contact", or the field itself. */
static const char *names_within(struct arena *arena, const struct option *options,
                                const char *field)
{
    const char *names = "";
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        if (fills(&options[i], field, is_path_into))
            names = arena_printf(arena, "%s%s--%s", names, names[0] != '\0' ? ", " : "",
                                 options[i].name);
    }
    return names[0] != '\0' ? names : field;
}

const char *field_name(struct arena *arena, const struct command *command, const char *field)
{
    if (strcmp(field, "account_id") == 0)
        return "--account";
    if (strcmp(field, "request_id") == 0)
        return "--request-id";
    const struct option *options = command->options;
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        if (fills(&options[i], field, is_path_of) && (options[i].flags & OPTION_SECRET) != 0)
            return options[i].help;
        if (fills(&options[i], field, is_path_of))
            return arena_printf(arena, "--%s", options[i].name);
    }
    return names_within(arena, options, field);
}
