#include "cli/completion.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/history.h"
#include "cli/profile.h"
#include "cli/words.h"

#define WORDS_TYPED_MAX 128
#define WORD_SIZE 256
#define MEANING_LENGTH 70
#define IDS_MAX 40
#define ARENA_BYTES ((size_t)1024 * 1024)

static const char bash_script[] =
    "# kontor's completion for bash: source <(kontor completion bash)\n"
    "_kontor() {\n"
    "  local line\n"
    "  COMPREPLY=()\n"
    "  while IFS= read -r line; do\n"
    "    if [ \"$line\" = :files ]; then\n"
    "      compopt -o default\n"
    "    else\n"
    "      COMPREPLY+=(\"${line%%$'\\t'*}\")\n"
    "    fi\n"
    "  done < <(\"${COMP_WORDS[0]}\" __complete \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _kontor kontor\n";

static const char zsh_script[] =
    "#compdef kontor\n"
    "# kontor's completion for zsh: source <(kontor completion zsh), or as _kontor in $fpath\n"
    "_kontor() {\n"
    "  local line\n"
    "  local -a found\n"
    "  for line in ${(f)\"$(${words[1]} __complete \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)\"}; "
    "do\n"
    "    if [[ $line == :files ]]; then\n"
    "      _files\n"
    "    elif [[ $line == *$'\\t'* ]]; then\n"
    "      found+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\")\n"
    "    else\n"
    "      found+=(\"${line//:/\\\\:}\")\n"
    "    fi\n"
    "  done\n"
    "  (( ${#found} )) && _describe -V kontor found\n"
    "}\n"
    "if [ \"$funcstack[1]\" = _kontor ]; then _kontor \"$@\"; else compdef _kontor kontor; fi\n";

static const struct {
    const char *shell;
    const char *script;
} scripts[] = {{"bash", bash_script}, {"zsh", zsh_script}};

#define SHELLS (sizeof(scripts) / sizeof(scripts[0]))

enum exit_code completion_print_script(const char *shell)
{
    for (size_t i = 0; shell != NULL && i < SHELLS; i++) {
        if (strcmp(scripts[i].shell, shell) == 0) {
            fputs(scripts[i].script, stdout);
            return EXIT_DONE;
        }
    }
    fputs("kontor: completion is for bash or zsh\n  → source <(kontor completion bash)\n", stderr);
    return EXIT_USAGE;
}

/* ---- what was typed ---- */

struct typed {
    char *words[WORDS_TYPED_MAX + 1]; /* before the last, those of every command at the end */
    const char *current;              /* the last word; of --name=value the value */
    char value_of[WORD_SIZE];         /* the option whose value that is; "" for none */
    char before[WORD_SIZE + 4];       /* what the shell takes for a part of it: "--name=", or "" */
};

static void offer(const struct typed *typed, const char *word, const char *meaning)
{
    if (word[0] == '\0' || strncmp(word, typed->current, strlen(typed->current)) != 0)
        return;
    printf("%s%s", typed->before, word);
    size_t length = meaning != NULL ? strlen(meaning) : 0;
    bool is_long = length > MEANING_LENGTH;
    for (length = is_long ? MEANING_LENGTH : length;
         is_long && length > 0 && meaning[length] != ' ';)
        length--;
    if (length > 0)
        printf("\t%.*s%s", (int)length, meaning, is_long ? " …" : "");
    putchar('\n');
}

/* bash makes three words of --name=value, zsh one. */
static void read_current(struct typed *typed, char *const *words, int *count)
{
    const char *last = words[*count - 1];
    bool ends = strcmp(last, "=") == 0 && *count > 1;
    bool split = !ends && *count > 2 && strcmp(words[*count - 2], "=") == 0;
    const char *equals = strchr(last, '=');
    *typed = (struct typed){.current = last};
    *count -= 1;
    if (ends || split) {
        *count -= split ? 2 : 1;
        snprintf(typed->value_of, WORD_SIZE, "%s", words[*count]);
        typed->current = ends ? "" : last;
    } else if (strncmp(last, "--", 2) == 0 && equals != NULL) {
        snprintf(typed->value_of, WORD_SIZE, "%.*s", (int)(equals - last), last);
        snprintf(typed->before, sizeof(typed->before), "%s=", typed->value_of);
        typed->current = equals + 1;
    } else if (*count > 0 && strncmp(words[*count - 1], "--", 2) == 0) {
        snprintf(typed->value_of, WORD_SIZE, "%s", words[*count - 1]);
    }
}

/* ---- values ---- */

static void offer_list(const struct typed *typed, const char *list)
{
    char word[WORD_SIZE];
    while (*list != '\0') {
        size_t length = strcspn(list, " ");
        snprintf(word, sizeof(word), "%.*s", (int)length, list);
        offer(typed, word, NULL);
        list += length + strspn(list + length, " ");
    }
}

static void offer_ids(const struct typed *typed, const struct history *history, const char *field)
{
    const char *id = history_nth(history, field, 0);
    if (id != NULL)
        offer(typed, "@last", id);
    for (size_t n = 0; n < IDS_MAX && (id = history_nth(history, field, n)) != NULL; n++)
        offer(typed, id, NULL);
}

static void offer_profiles(const struct typed *typed, const struct profile *profile)
{
    char folder[sizeof(profile->path)];
    snprintf(folder, sizeof(folder), "%s", profile->path);
    *strrchr(folder, '/') = '\0';
    DIR *files = opendir(folder);
    for (const struct dirent *file; files != NULL && (file = readdir(files)) != NULL;) {
        char name[WORD_SIZE];
        const char *dot = strrchr(file->d_name, '.');
        if (dot == NULL || strcmp(dot, ".json") != 0)
            continue;
        snprintf(name, sizeof(name), "%.*s", (int)(dot - file->d_name), file->d_name);
        offer(typed, name, NULL);
    }
    if (files != NULL)
        closedir(files);
}

struct source {
    struct profile profile;
    struct history *history;
    const struct command *command; /* NULL: none yet */
};

static void offer_value(const struct typed *typed, const struct source *source,
                        const struct option *option)
{
    if (option->choices != NULL)
        offer_list(typed, option->choices);
    else if (strcmp(option->placeholder, "FILE") == 0)
        puts(":files");
    else if (strcmp(option->placeholder, "TIME") == 0)
        offer_list(typed, "now now+1h now+1d today yesterday tomorrow -1h -7d");
    else if (option->path != NULL)
        offer_ids(typed, source->history, option->path);
}

static void offer_value_of(const struct typed *typed, const struct source *source, const char *name)
{
    const struct option *options = source->command != NULL ? source->command->options : NULL;
    for (; options != NULL && options->name != NULL; options++) {
        if (strcmp(options->name, name) == 0) {
            offer_value(typed, source, options);
            return;
        }
    }
    if (strcmp(name, "profile") == 0)
        offer_profiles(typed, &source->profile);
    else if (strcmp(name, "account") == 0)
        offer_ids(typed, source->history, "account_id");
    else if (strlen(name) > 5 && strcmp(name + strlen(name) - 5, "-file") == 0)
        puts(":files");
}

/* ---- words ---- */

static bool is_given(char *const *words, const char *name)
{
    size_t length = strlen(name);
    for (; *words != NULL; words++) {
        if (strncmp(*words, "--", 2) == 0 && strncmp(*words + 2, name, length) == 0 &&
            ((*words)[length + 2] == '\0' || (*words)[length + 2] == '='))
            return true;
    }
    return false;
}

static void offer_option(const struct typed *typed, const char *name, const char *meaning)
{
    char word[WORD_SIZE];
    snprintf(word, sizeof(word), "--%s", name);
    if (!is_given(typed->words, name))
        offer(typed, word, meaning);
}

static void offer_options(const struct typed *typed, const struct command *command)
{
    const struct option *options = command != NULL ? command->options : NULL;
    for (; options != NULL && options->name != NULL; options++) {
        if ((options->flags & (OPTION_SECRET | OPTION_CONSTANT)) == 0)
            offer_option(typed, options->name, options->help);
    }
    if (command != NULL && command->secret_file_option != NULL)
        offer_option(typed, command->secret_file_option, "Reads secrets from a file.");
    const char *name;
    for (size_t i = 0; (name = words_common_option(i)) != NULL; i++)
        offer_option(typed, name, NULL);
    offer_option(typed, "help", NULL);
}

static bool is_first(const struct command_group *title, const struct command *of)
{
    for (const struct command_group *group = kontor_commands;; group++) {
        for (const struct command *command = group->commands; command->noun != NULL; command++) {
            if (strcmp(command->noun, of->noun) == 0)
                return group == title && command == of;
        }
    }
}

static void offer_nouns(const struct typed *typed)
{
    for (const struct command_group *group = kontor_commands; group->title != NULL; group++) {
        for (const struct command *command = group->commands; command->noun != NULL; command++) {
            if (is_first(group, command))
                offer(typed, command->noun, group->title);
        }
    }
    offer_list(typed, "help completion");
}

static void offer_verbs(const struct typed *typed, const char *noun)
{
    for (const struct command_group *group = kontor_commands; group->title != NULL; group++) {
        for (const struct command *command = group->commands; command->noun != NULL; command++) {
            if (strcmp(command->noun, noun) == 0)
                offer(typed, command->verb, command->summary);
        }
    }
}

/* The first option that may be a bare word and is not given: as many are, as bare words stand
 * there.
 */
static void offer_positional(const struct typed *typed, const struct source *source, int bare)
{
    const struct option *options = source->command->options;
    for (; options != NULL && options->name != NULL; options++) {
        if ((options->flags & OPTION_POSITIONAL) != 0 && !is_given(typed->words, options->name) &&
            bare-- == 0)
            offer_value(typed, source, options);
    }
}

static bool takes_value(const struct command *command, const char *word)
{
    if (strncmp(word, "--", 2) != 0 || strchr(word, '=') != NULL)
        return false;
    const struct option *options = command != NULL ? command->options : NULL;
    for (; options != NULL && options->name != NULL; options++) {
        if (strcmp(options->name, word + 2) == 0)
            return (options->flags & OPTION_SWITCH) == 0;
    }
    if (command != NULL && command->secret_file_option != NULL &&
        strcmp(command->secret_file_option, word + 2) == 0)
        return true;
    return words_common_takes_value(word + 2);
}

static int count_bare(const struct command *command, char *const *words)
{
    int bare = 0;
    for (; *words != NULL; words++) {
        if (takes_value(command, *words) && words[1] != NULL)
            words++;
        else if ((*words)[0] != '-')
            bare++;
    }
    return bare;
}

static void complete_word(const struct typed *typed, struct source *source, char *const *words)
{
    int count = 0, taken = 0;
    while (words[count] != NULL)
        count++;
    const struct command *command = command_find(kontor_commands, count, words, &taken);
    source->command = command;
    int bare = command != NULL ? count_bare(command, words + taken) : 0;
    if (command != NULL && command->of_command)
        complete_word(typed, source, words + taken);
    else if (takes_value(command, typed->value_of))
        offer_value_of(typed, source, typed->value_of + 2);
    else if (typed->current[0] == '-')
        offer_options(typed, command);
    else if (count_bare(NULL, words) == 0)
        offer_nouns(typed);
    else if (bare == 0 && (command == NULL || command->verb[0] == '\0'))
        offer_verbs(typed, words[0]);
    bool may_be_bare = command != NULL && !command->of_command && typed->current[0] != '-' &&
                       !takes_value(command, typed->value_of);
    if (may_be_bare)
        offer_positional(typed, source, bare);
}

static const char *profile_of(char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(*words, "--profile") == 0 && words[1] != NULL)
            return words[1];
        if (strncmp(*words, "--profile=", strlen("--profile=")) == 0)
            return *words + strlen("--profile=");
    }
    const char *name = getenv("KONTOR_PROFILE");
    return name != NULL && name[0] != '\0' ? name : "default";
}

enum exit_code completion_complete(char *const *words)
{
    char *before[WORDS_TYPED_MAX + 1];
    struct typed typed;
    struct source source = {.history = NULL};
    const char *complaint;
    int count = 0;
    while (words[count] != NULL)
        count++;
    if (count == 0 || count > WORDS_TYPED_MAX)
        return EXIT_DONE;
    read_current(&typed, words, &count);
    memcpy(before, words, (size_t)count * sizeof(*before));
    before[count] = NULL;
    words_put_globals_last(before, typed.words);
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    if (profile_read(&source.profile, profile_of(before), &complaint))
        source.history = history_open(&arena, &source.profile);
    complete_word(&typed, &source, typed.words);
    profile_deinit(&source.profile);
    arena_deinit(&arena);
    return EXIT_DONE;
}
