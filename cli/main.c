/* kontor: the command line client of the gateway. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/invocation.h"
#include "runtime/base/log.h"

#define STACK_BYTES ((size_t)256 * 1024)
#define TASKS_MAX 4
#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define MESSAGE_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define ATTEMPTS_MAX 3

struct global {
    const char *name;
    size_t offset;
};

static const struct global globals[] = {
    {"only", offsetof(struct invocation, only)},
    {"profile", offsetof(struct invocation, profile_name)},
    {"gateway", offsetof(struct invocation, gateway)},
    {"account", offsetof(struct invocation, account_id)},
    {"request-id", offsetof(struct invocation, request_id)},
    {"timeout", offsetof(struct invocation, timeout)},
    {"authority-file", offsetof(struct invocation, authority_file)},
    {"certificate-file", offsetof(struct invocation, certificate_file)},
    {"key-file", offsetof(struct invocation, key_file)},
};

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : otherwise;
}

/* ---- reading the command line ---- */

/* Where the value of "--name" goes; NULL when there is no such option. *is_switch: it takes no value. */
static const char **place_of(struct invocation *invocation, const char *name, bool *is_switch)
{
    *is_switch = false;
    for (size_t i = 0; i < sizeof(globals) / sizeof(globals[0]); i++) {
        if (strcmp(globals[i].name, name) == 0)
            return (const char **)(void *)((char *)invocation + globals[i].offset);
    }
    const struct command *command = invocation->command;
    if (command->secret_file_option != NULL && strcmp(command->secret_file_option, name) == 0)
        return &invocation->secret_file;
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
        if (strcmp(command->options[i].name, name) == 0 && (command->options[i].flags & OPTION_SECRET) == 0) {
            *is_switch = (command->options[i].flags & OPTION_SWITCH) != 0;
            return &invocation->values[i];
        }
    }
    return NULL;
}

static bool take_bare_word(struct invocation *invocation, const char *word)
{
    const struct command *command = invocation->command;
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++) {
        if ((command->options[i].flags & OPTION_POSITIONAL) != 0 && invocation->values[i] == NULL) {
            invocation->values[i] = word;
            return true;
        }
    }
    fprintf(stderr, "kontor: \"%s\" is not expected here\n", word);
    return false;
}

/* Takes one option; returns how many words it used, 0 after a complaint. */
static int take_option(struct invocation *invocation, char *const *words)
{
    char name[64];
    const char *equals = strchr(words[0], '=');
    size_t length = equals != NULL ? (size_t)(equals - words[0]) - 2 : strlen(words[0]) - 2;
    snprintf(name, sizeof(name), "%.*s", (int)length, words[0] + 2);
    bool is_switch;
    const char **place = place_of(invocation, name, &is_switch);
    if (place == NULL) {
        fprintf(stderr, "kontor: there is no --%s here\n", name);
        return 0;
    }
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

static bool read_words(struct invocation *invocation, char *const *words)
{
    while (*words != NULL) {
        int used = 1;
        if (strcmp(*words, "--json") == 0)
            invocation->as_json = true;
        else if (strncmp(*words, "--", 2) == 0)
            used = take_option(invocation, words);
        else
            used = take_bare_word(invocation, *words) ? 1 : 0;
        if (used == 0)
            return false;
        words += used;
    }
    return true;
}

static bool wants_help(char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(*words, "--help") == 0 || strcmp(*words, "-h") == 0)
            return true;
    }
    return false;
}

/* ---- running ---- */

struct run {
    struct invocation *invocation;
    struct loop *loop;
    enum exit_code code;
};

static void run_in_task(struct task *task, void *argument)
{
    struct run *run = argument;
    run->invocation->task = task;
    run->code = invocation_run(run->invocation);
    loop_stop(run->loop);
}

static enum exit_code run_on_loop(struct invocation *invocation, const struct credentials *credentials)
{
    struct loop *loop = loop_new(STACK_BYTES, TASKS_MAX);
    double seconds = atof(invocation->timeout);
    struct rpc_client_settings settings = {
        .target = invocation->gateway,
        .credentials = credentials,
        .timeout_ms = seconds > 0 ? (int64_t)(seconds * 1000) : 30000,
        .attempts_max = ATTEMPTS_MAX,
        .message_bytes_max = MESSAGE_BYTES_MAX,
    };
    invocation->client = rpc_client_new(loop, &settings);
    struct run run = {invocation, loop, EXIT_UNAVAILABLE};
    struct task_options options = {.name = "kontor", .arena_bytes_max = ARENA_BYTES_MAX};
    if (loop_spawn(loop, &options, run_in_task, &run) == FAILURE_NONE)
        loop_run(loop);
    rpc_client_free(invocation->client);
    loop_free(loop);
    return run.code;
}

static enum exit_code connect_and_run(struct invocation *invocation)
{
    struct credentials_settings files = {invocation->certificate_file, invocation->key_file, invocation->authority_file, false, ""};
    bool secured = files.authority_file[0] != '\0' || files.certificate_file[0] != '\0';
    struct credentials *credentials = secured ? credentials_new(&files) : NULL;
    if (secured && credentials == NULL)
        return EXIT_USAGE;
    enum exit_code code = run_on_loop(invocation, credentials);
    if (credentials != NULL)
        credentials_free(credentials);
    return code;
}

static enum exit_code run_command(const struct command *command, char *const *words)
{
    struct invocation invocation = {
        .command = command,
        .profile_name = environment("KONTOR_PROFILE", "default"),
        .gateway = environment("KONTOR_GATEWAY", "127.0.0.1:7400"),
        .account_id = "",
        .request_id = "",
        .timeout = "30",
        .authority_file = environment("KONTOR_AUTHORITY_FILE", ""),
        .certificate_file = environment("KONTOR_CERTIFICATE_FILE", ""),
        .key_file = environment("KONTOR_KEY_FILE", ""),
    };
    const char *complaint;
    if (!read_words(&invocation, words)) {
        fprintf(stderr, "  → kontor %s%s%s --help\n", command->noun, command->verb[0] != '\0' ? " " : "", command->verb);
        return EXIT_USAGE;
    }
    if (!profile_read(&invocation.profile, invocation.profile_name, &complaint)) {
        fprintf(stderr, "kontor: %s\n", complaint);
        return EXIT_USAGE;
    }
    enum exit_code code = connect_and_run(&invocation);
    profile_deinit(&invocation.profile);
    return code;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    log_set_service("kontor");
    log_set_level(LOG_ERROR);
    if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        if (argc > 2 && command_print_noun(argv[2]))
            return EXIT_DONE;
        command_print_overview();
        return argc < 2 ? EXIT_USAGE : EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("kontor " KONTOR_VERSION);
        return EXIT_DONE;
    }
    int words_taken = 0;
    const struct command *command = command_find(argc - 1, argv + 1, &words_taken);
    if (command == NULL) {
        if (command_print_noun(argv[1]))
            return wants_help(argv + 1) ? EXIT_DONE : EXIT_USAGE;
        fprintf(stderr, "kontor: there is no command \"%s\"\n  → kontor help\n", argv[1]);
        return EXIT_USAGE;
    }
    if (wants_help(argv + 1)) {
        command->verb[0] == '\0' ? (void)command_print_noun(command->noun) : command_print_help(command);
        return EXIT_DONE;
    }
    return (int)run_command(command, argv + 1 + words_taken);
}
