#include "cli/history.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/value.h"
#include "runtime/base/id.h"
#include "runtime/base/text.h"

#define KIND_SIZE 48
#define PREFIX_MIN 4
#define DEPTH_MAX 8

struct known {
    char kind[KIND_SIZE]; /* "account", "top_up" */
    char id[ID_TEXT_SIZE];
};

struct history {
    char path[4200];
    char own_account_id[ID_TEXT_SIZE]; /* nobody has to name it */
    bool changed;
    size_t count;
    struct known known[HISTORY_MAX]; /* oldest first */
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* "account" of "destination_account_id" and "recipient_account_ids"; false: it takes no id. */
static bool kind_of(const char *field, char kind[KIND_SIZE])
{
    const char *dot = strrchr(field, '.');
    if (!text_print(kind, KIND_SIZE, "%s", dot != NULL ? dot + 1 : field))
        return false;
    size_t end = ends_with(kind, "_ids") ? strlen("_ids") : strlen("_id");
    if (!ends_with(kind, "_ids") && !ends_with(kind, "_id"))
        return false;
    kind[strlen(kind) - end] = '\0';
    static const char *const things[] = {"account", "principal"};
    for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
        if (ends_with(kind, things[i]))
            snprintf(kind, KIND_SIZE, "%s", things[i]);
    }
    return strcmp(kind, "request") != 0;
}

static bool is_id(const char *text)
{
    struct id id;
    return strlen(text) == ID_TEXT_SIZE - 1 && id_parse(text, &id);
}

static void add(struct history *history, const char *kind, const char *id)
{
    struct known *known = history->known;
    size_t place = 0;
    while (place < history->count &&
           (strcmp(known[place].id, id) != 0 || strcmp(known[place].kind, kind) != 0))
        place++;
    if (place == HISTORY_MAX)
        place = 0; /* the oldest goes */
    else if (place == history->count)
        history->count++;
    memmove(known + place, known + place + 1, (history->count - place - 1) * sizeof(*known));
    struct known *newest = &known[history->count - 1];
    snprintf(newest->kind, sizeof(newest->kind), "%s", kind);
    snprintf(newest->id, sizeof(newest->id), "%s", id);
    history->changed = true;
}

/* ---- the file ---- */

static void read_lines(struct history *history, FILE *file)
{
    char line[KIND_SIZE + ID_TEXT_SIZE + 8];
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *space = strchr(line, ' ');
        if (space == NULL || space - line >= KIND_SIZE || !is_id(space + 1))
            continue;
        *space = '\0';
        add(history, line, space + 1);
    }
}

struct history *history_open(struct arena *arena, const struct profile *profile)
{
    struct history *history = arena_try_alloc(arena, sizeof(*history));
    if (history == NULL)
        return NULL;
    *history = (struct history){.count = 0};
    int stem = (int)(strlen(profile->path) - strlen(".json"));
    snprintf(history->path, sizeof(history->path), "%.*s.ids", stem, profile->path);
    snprintf(history->own_account_id, sizeof(history->own_account_id), "%s",
             profile_get(profile, "account_id"));
    FILE *file = fopen(history->path, "re");
    if (file != NULL) {
        read_lines(history, file);
        fclose(file);
    }
    history->changed = false;
    return history;
}

/* The file takes the other's place at once, so nobody reads half of it. */
static void keep(const struct history *history)
{
    char fresh[4224];
    snprintf(fresh, sizeof(fresh), "%s.%ld", history->path, (long)getpid());
    int descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (file == NULL)
        return;
    for (size_t i = 0; i < history->count; i++)
        fprintf(file, "%s %s\n", history->known[i].kind, history->known[i].id);
    bool written = ferror(file) == 0;
    written = fclose(file) == 0 && written;
    if (!written || rename(fresh, history->path) != 0)
        unlink(fresh);
}

/* ---- answers ---- */

static void learn_value(struct history *history, const ProtobufCFieldDescriptor *field,
                        const char *text)
{
    char kind[KIND_SIZE];
    if (kind_of(field->name, kind) && is_id(text) && strcmp(text, history->own_account_id) != 0)
        add(history, kind, text);
}

/* From the end, for what stands first is the newest of a list. */
static void learn(struct history *history, const ProtobufCMessage *message, int depth)
{
    for (unsigned i = message->descriptor->n_fields; i > 0; i--) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i - 1];
        for (size_t n = value_count(message, field); n > 0; n--) {
            const void *at = value_at(message, field, n - 1);
            if (field->type == PROTOBUF_C_TYPE_STRING)
                learn_value(history, field, *(char *const *)at);
            else if (field->type == PROTOBUF_C_TYPE_MESSAGE && depth < DEPTH_MAX)
                learn(history, *(ProtobufCMessage *const *)at, depth + 1);
        }
    }
}

void history_learn(struct history *history, const ProtobufCMessage *answer)
{
    if (history == NULL)
        return;
    learn(history, answer, 0);
    if (history->changed)
        keep(history);
    history->changed = false;
}

/* ---- short forms ---- */

const char *history_nth(const struct history *history, const char *field, size_t n)
{
    char kind[KIND_SIZE];
    if (history == NULL || !kind_of(field, kind))
        return NULL;
    for (size_t i = history->count; i > 0; i--) {
        if (strcmp(history->known[i - 1].kind, kind) == 0 && n-- == 0)
            return history->known[i - 1].id;
    }
    return NULL;
}

static bool is_beginning(const char *value)
{
    size_t length = strspn(value, "0123456789abcdef-");
    return length >= PREFIX_MIN && length < ID_TEXT_SIZE - 1 && value[length] == '\0';
}

const char *history_find(const struct history *history, struct arena *arena, const char *field,
                         const char *value, const char **complaint)
{
    if (strcmp(value, "@last") == 0) {
        const char *last = history_nth(history, field, 0);
        *complaint = "no answer showed such an id yet";
        return last;
    }
    const char *found = NULL, *id;
    for (size_t n = 0; is_beginning(value) && (id = history_nth(history, field, n)) != NULL; n++) {
        if (strncmp(id, value, strlen(value)) != 0)
            continue;
        if (found != NULL) {
            *complaint = arena_printf(arena, "both %s and %s begin so", found, id);
            return NULL;
        }
        found = id;
    }
    return found != NULL ? found : value;
}
