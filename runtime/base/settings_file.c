#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "runtime/base/settings_value.h"
#include "runtime/base/text.h"

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
        text[--length] = '\0';
    return text;
}

/* Anything else may be a part of a secret. */
static bool looks_like_a_name(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz-");
    return text[length] == '\0' && length > 0 && length <= NAME_SIZE_MAX;
}

static bool take_line(struct settings *settings, const char *path, int number, char *line)
{
    char *name = trim(line);
    if (name[0] == '\0' || name[0] == '#')
        return true;
    char *equals = strchr(name, '=');
    if (equals == NULL)
        return settings_mistaken(settings, "%s:%d: a line is \"name = value\"", path, number);
    *equals = '\0';
    const char *text = trim(equals + 1);
    name = trim(name);
    struct value *value = settings_find(settings, name, strlen(name));
    if (value == NULL && !looks_like_a_name(name))
        return settings_mistaken(settings, "%s:%d: a line begins with the name of a setting", path,
                                 number);
    if (value == NULL || value->setting == &settings_file)
        return settings_mistaken(settings, "%s:%d: there is no setting %s (see --help)", path,
                                 number, name);
    settings_take(value, SOURCE_FILE, text, strlen(text));
    return true;
}

/* The line's end is the last zero; one before it came with the line. */
static bool has_zero(const char *line, size_t size)
{
    return (const char *)memrchr(line, '\0', size) != line + strlen(line);
}

static bool read_line(FILE *file, char *line, size_t size)
{
    memset(line, '\n', size);
    return fgets(line, (int)size, file) != NULL;
}

bool settings_take_file(struct settings *settings)
{
    const char *path = settings_text(settings, settings_file.name);
    if (path[0] == '\0')
        return true;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return settings_mistaken(settings, "settings-file %s cannot be read: %s", path,
                                 strerror(errno));
    char line[VALUE_SIZE_MAX + NAME_SIZE_MAX + 8];
    bool taken = true;
    for (int number = 1; taken && read_line(file, line, sizeof line); number++) {
        bool whole = strchr(line, '\n') != NULL || feof(file);
        taken = has_zero(line, sizeof line)
                    ? settings_mistaken(settings, "%s:%d: the line is no text", path, number)
                : whole ? take_line(settings, path, number, line)
                        : settings_mistaken(settings, "%s:%d: the line is too long", path, number);
    }
    if (taken && ferror(file))
        taken = settings_mistaken(settings, "settings-file %s cannot be read: %s", path,
                                  strerror(errno));
    fclose(file);
    secret_wipe(line, sizeof line);
    return taken;
}
