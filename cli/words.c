#include "cli/words.h"

#include <stdio.h>
#include <string.h>

#include "cli/suggest.h"

#define GIVEN_MAX 64

struct global {
    const char *name;
    size_t offset;
};

static const struct global globals[] = {
    {"only", offsetof(struct invocation, only)},
    {"jq", offsetof(struct invocation, jq)},
    {"profile", offsetof(struct invocation, profile_name)},
    {"gateway", offsetof(struct invocation, gateway)},
    {"account", offsetof(struct invocation, account_id)},
    {"request-id", offsetof(struct invocation, request_id)},
    {"timeout", offsetof(struct invocation, timeout)},
    {"authority-file", offsetof(struct invocation, authority_file)},
    {"certificate-file", offsetof(struct invocation, certificate_file)},
    {"key-file", offsetof(struct invocation, key_file)},
    {"program-key-file", offsetof(struct invocation, program_key_file)},
    {"as-program", offsetof(struct invocation, program_id)},
};

static const struct global switches[] = {
    {"json", offsetof(struct invocation, as_json)},
    {"yes", offsetof(struct invocation, yes)},
};

#define SWITCHES (sizeof(switches) / sizeof(switches[0]))
#define GLOBALS (sizeof(globals) / sizeof(globals[0]))

/* Where the value of "--name" goes; NULL when there is no such option. *is_switch: it takes no
 * value. */
static const char **place_of(struct invocation *invocation, const char *name, bool *is_switch)
{
    *is_switch = false;
    for (size_t i = 0; i < GLOBALS; i++) {
        if (strcmp(globals[i].name, name) == 0)
            return (const char **)(void *)((char *)invocation + globals[i].offset);
    }
    const struct command *command = invocation->command;
    if (command->secret_file_option != NULL && strcmp(command->secret_file_option, name) == 0)
        return &invocation->secret_file;
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
        if (strcmp(command->options[i].name, name) == 0 &&
            (command->options[i].flags & (OPTION_SECRET | OPTION_CONSTANT)) == 0) {
            *is_switch = (command->options[i].flags & OPTION_SWITCH) != 0;
            return &invocation->values[i];
        }
    }
    return NULL;
}

/* The options that were given so far, so that none is given twice: of two amounts, which was meant?
 */
struct given {
    const char **places[GIVEN_MAX];
    size_t count;
};

static bool is_first(struct given *given, const char **place, const char *name)
{
    for (size_t i = 0; i < given->count; i++) {
        if (given->places[i] == place) {
            fprintf(stderr, "kontor: --%s is given twice\n", name);
            return false;
        }
    }
    if (given->count == GIVEN_MAX) {
        fprintf(stderr, "kontor: there are too many options\n");
        return false;
    }
    given->places[given->count++] = place;
    return true;
}

static void complain_option(const struct invocation *invocation, const char *name)
{
    struct suggestion meant = suggest_for(name);
    const struct command *command = invocation->command;
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
        if ((command->options[i].flags & (OPTION_SECRET | OPTION_CONSTANT)) == 0)
            suggest_consider(&meant, command->options[i].name);
    }
    for (size_t i = 0; i < GLOBALS; i++)
        suggest_consider(&meant, globals[i].name);
    for (size_t i = 0; i < SWITCHES; i++)
        suggest_consider(&meant, switches[i].name);
    fprintf(stderr, "kontor: there is no --%s here", name);
    fprintf(stderr, meant.nearest[0] != '\0' ? "; did you mean --%s?\n" : "\n", meant.nearest);
}

static void complain_bare_word(const struct invocation *invocation, const char *word)
{
    struct suggestion meant = suggest_for(word);
    command_suggest_verb(invocation->commands, invocation->command->noun, &meant);
    fprintf(stderr, "kontor: \"%s\" is not expected here", word);
    fprintf(stderr, meant.nearest[0] != '\0' ? "; did you mean kontor %s %s?\n" : "\n",
            invocation->command->noun, meant.nearest);
}

static bool take_bare_word(struct invocation *invocation, struct given *given, const char *word)
{
    const struct command *command = invocation->command;
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
        if ((command->options[i].flags & OPTION_POSITIONAL) != 0 && invocation->values[i] == NULL) {
            invocation->values[i] = word;
            return is_first(given, &invocation->values[i], command->options[i].name);
        }
    }
    complain_bare_word(invocation, word);
    return false;
}

/* Takes one option; returns how many words it used, 0 after a complaint. */
static int take_option(struct invocation *invocation, struct given *given, char *const *words)
{
    char name[64];
    const char *equals = strchr(words[0], '=');
    size_t length = equals != NULL ? (size_t)(equals - words[0]) - 2 : strlen(words[0]) - 2;
    snprintf(name, sizeof(name), "%.*s", (int)length, words[0] + 2);
    bool is_switch;
    const char **place = place_of(invocation, name, &is_switch);
    if (place == NULL) {
        complain_option(invocation, name);
        return 0;
    }
    if (!is_first(given, place, name))
        return 0;
    if (equals != NULL || is_switch) {
        *place = equals != NULL ? equals + 1 : "true";
        return 1;
    }
    if (words[1] == NULL) {
        fprintf(stderr, "kontor: --%s needs a value\n", name);
        return 0;
    }
    *place = words[1];
    return 2;
}

static bool take_switch(struct invocation *invocation, const char *word)
{
    for (size_t i = 0; i < SWITCHES && strncmp(word, "--", 2) == 0; i++) {
        if (strcmp(word + 2, switches[i].name) != 0)
            continue;
        *(bool *)(void *)((char *)invocation + switches[i].offset) = true;
        return true;
    }
    return false;
}

bool words_read(struct invocation *invocation, char *const *words)
{
    struct given given = {.count = 0};
    while (*words != NULL) {
        int used = 1;
        if (take_switch(invocation, *words))
            used = 1;
        else if (strncmp(*words, "--", 2) == 0)
            used = take_option(invocation, &given, words);
        else
            used = take_bare_word(invocation, &given, *words) ? 1 : 0;
        if (used == 0)
            return false;
        words += used;
    }
    return true;
}

const char *words_common_option(size_t n)
{
    if (n < SWITCHES)
        return switches[n].name;
    return n - SWITCHES < GLOBALS ? globals[n - SWITCHES].name : NULL;
}

bool words_common_takes_value(const char *name)
{
    for (size_t i = 0; i < GLOBALS; i++) {
        if (strcmp(globals[i].name, name) == 0)
            return true;
    }
    return false;
}

/* How many words the option takes that every command has; 0: it is none. */
static int length_of_global(char *const *words)
{
    if (strncmp(words[0], "--", 2) != 0)
        return 0;
    for (size_t i = 0; i < SWITCHES; i++) {
        if (strcmp(words[0] + 2, switches[i].name) == 0)
            return 1;
    }
    size_t length = strcspn(words[0] + 2, "=");
    for (size_t i = 0; i < GLOBALS; i++) {
        if (strlen(globals[i].name) == length &&
            strncmp(globals[i].name, words[0] + 2, length) == 0)
            return words[0][2 + length] == '=' || words[1] == NULL ? 1 : 2;
    }
    return 0;
}

/* Copies those of the words up to end that every command has, or the others. */
static int copy_words(char *const *words, int end, bool for_every, char **to)
{
    int copied = 0;
    for (int i = 0; i < end;) {
        int used = length_of_global(words + i);
        int length = used > 0 ? used : 1;
        if ((used > 0) == for_every) {
            memcpy(to + copied, words + i, (size_t)length * sizeof(*words));
            copied += length;
        }
        i += length;
    }
    return copied;
}

/* Where a command's own options begin, the command is known. */
void words_put_globals_last(char *const *words, char **ordered)
{
    int end = 0, count;
    while (words[end] != NULL && (length_of_global(words + end) > 0 || words[end][0] != '-'))
        end += length_of_global(words + end) == 2 ? 2 : 1;
    for (count = end; words[count] != NULL; count++)
        ;
    int own = copy_words(words, end, false, ordered);
    memcpy(ordered + own, words + end, (size_t)(count - end) * sizeof(*words));
    copy_words(words, end, true, ordered + own + count - end);
    ordered[count] = NULL;
}

/* ---- lines ---- */

/* Takes the word that begins here and ends it with a NUL; NULL: its quote has no end. Gives what
 * follows. */
static char *take_word(char *from, char **word)
{
    char quote = *from == '"' || *from == '\'' ? *from : '\0';
    *word = quote != '\0' ? from + 1 : from;
    char *end = quote != '\0' ? strchr(*word, quote) : *word + strcspn(*word, " \t");
    if (end == NULL)
        return NULL;
    char *rest = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return rest;
}

bool words_split(char *line, char *words[WORDS_MAX + 1], int *count)
{
    char *rest = line + strspn(line, " \t");
    for (*count = 0; *rest != '\0' && *count < WORDS_MAX; (*count)++) {
        rest = take_word(rest, &words[*count]);
        if (rest == NULL)
            return false;
        rest += strspn(rest, " \t");
    }
    words[*count] = NULL;
    return *rest == '\0';
}
