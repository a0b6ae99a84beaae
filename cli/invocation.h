/* One invocation of `kontor`: the command, its options, and the way to the gateway. */
#ifndef CLI_INVOCATION_H
#define CLI_INVOCATION_H

#include "cli/command.h"
#include "cli/history.h"
#include "cli/profile.h"
#include "runtime/base/id.h"
#include "runtime/rpc/client.h"

struct filter;

struct invocation {
    const struct command_group *commands; /* all there are */
    const struct command *command;
    const struct command *outer;     /* the command that this one is given to, as `transfer` is to
                                        `preview`; else the same */
    const char *values[OPTIONS_MAX]; /* of the command's options, NULL when not given */

    /* for every command */
    bool as_json;
    bool yes;         /* what cannot be undone is meant */
    const char *only; /* one value of the answer; NULL: all of it */
    const char *jq;   /* the same, by an expression of jq */
    const char *profile_name;
    const char *gateway;
    const char *account_id; /* "" for the session's own */
    const char *request_id; /* "" makes a new one */
    const char *timeout;
    double timeout_s;
    const char *authority_file;
    const char *certificate_file;
    const char *key_file;
    const char *program_id;       /* that acts by its certificate; "": none does */
    const char *program_key_file; /* "": a person acts */
    const char *secret_file;      /* NULL: none */

    bool sent; /* something may have reached the gateway: from here on nothing is a mistake on the
                  command line */
    int output_error; /* errno of the first time that stdout could not be written, 0 for none */
    struct filter *filter;      /* of jq; NULL: none */
    bool unprinted;             /* jq could not be carried out on an answer */
    const char *refused_reason; /* of the last call; "" when it was not refused */
    char new_request_id[ID_TEXT_SIZE];
    struct profile profile;
    struct history *history; /* NULL: there is none */
    struct task *task;
    struct rpc_client *client;
    ProtobufCMessage *request;
    ProtobufCMessage *response;
};

/* The value of an option, from the command line, the profile or its fallback; NULL when it was not
 * given. */
const char *invocation_value(const struct invocation *invocation, const char *option);

/* Whether an option stands on the command line. */
bool invocation_given(const struct invocation *invocation, const char *option);

/* Makes an empty request for a method, with account_id and request_id filled. NULL after a
 * complaint. */
ProtobufCMessage *invocation_request(struct invocation *invocation,
                                     const ProtobufCServiceDescriptor *service, const char *method);

/* Calls; what goes wrong is printed and becomes the exit code. */
enum exit_code invocation_call(struct invocation *invocation,
                               const ProtobufCServiceDescriptor *service, const char *method,
                               const ProtobufCMessage *request, ProtobufCMessage **response);

/* The same for the command's server stream: opens it and sends the request. *stream is NULL with a
 * failure. */
enum failure invocation_open_stream(struct invocation *invocation, const ProtobufCMessage *request,
                                    struct rpc_client_stream **stream);

/* Says so, of an answer in which amounts are bands. */
void invocation_tell_bands(const struct rpc_status *status);

/* Says so before a stream, whose answer says it only at its end. */
void invocation_ask_bands(struct invocation *invocation, const char *permission);

/* Print what went wrong and return the exit code. */
enum exit_code invocation_complain(struct invocation *invocation, enum failure failure,
                                   const struct rpc_status *status);
enum exit_code invocation_complain_status(struct invocation *invocation,
                                          const struct rpc_status *status);

/* Makes the request of the command's own rpc from the options, and asks for its secrets. */
enum exit_code invocation_fill(struct invocation *invocation);

/* The command's own rpc: fills the request, calls, leaves the answer in invocation->response,
 * prints nothing. */
enum exit_code invocation_perform(struct invocation *invocation);

/* Whether nobody asked for JSON, one value or a filter. */
bool invocation_is_for_people(const struct invocation *invocation);

/* Prints an answer for people, programs or scripts. Whether it could be written is judged at the
 * end. */
void invocation_print(struct invocation *invocation, const ProtobufCMessage *message);

/* The same for an answer that is JSON already, in one of jansson's forms; never for people. */
void invocation_print_json(struct invocation *invocation, const json_t *json, size_t form);

/* Writes out what was printed; false when that fails. */
bool invocation_flush(struct invocation *invocation);

/* Keeps the profile; false after a complaint. */
bool invocation_keep(struct invocation *invocation) must_check;

/* Runs the command: what can be wrong here is checked, then its own run, or perform, remember and
 * print. */
enum exit_code invocation_run(struct invocation *invocation);

#endif
