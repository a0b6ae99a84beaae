/* One invocation of `kontor`: the command, its options, and the way to the gateway. */
#ifndef CLI_INVOCATION_H
#define CLI_INVOCATION_H

#include "cli/command.h"
#include "cli/profile.h"
#include "runtime/base/id.h"
#include "runtime/rpc/client.h"

struct invocation {
    const struct command *command;
    enum exit_code (*run)(struct invocation *invocation); /* the command's own, or that of the command that this one is given to */
    const char *values[OPTIONS_MAX]; /* of the command's options, NULL when not given */

    /* for every command */
    bool as_json;
    const char *only; /* one value of the answer; NULL: all of it */
    const char *profile_name;
    const char *gateway;
    const char *account_id; /* "" for the session's own */
    const char *request_id; /* "" makes a new one */
    const char *timeout;
    const char *authority_file;
    const char *certificate_file;
    const char *key_file;
    const char *secret_file; /* NULL: none */

    char new_request_id[ID_TEXT_SIZE];
    struct profile profile;
    struct task *task;
    struct rpc_client *client;
    ProtobufCMessage *request;
    ProtobufCMessage *response;
};

/* The value of an option, from the command line, the profile or its fallback; NULL when it was not given. */
const char *invocation_value(const struct invocation *invocation, const char *option);

/* Makes an empty request for a method, with account_id and request_id filled. NULL after a complaint. */
ProtobufCMessage *invocation_request(struct invocation *invocation, const ProtobufCServiceDescriptor *service, const char *method);

/* Calls; what goes wrong is printed and becomes the exit code. */
enum exit_code invocation_call(struct invocation *invocation, const ProtobufCServiceDescriptor *service, const char *method,
                               const ProtobufCMessage *request, ProtobufCMessage **response);

/* The same for the command's server stream: opens it and sends the request. *stream is NULL with a failure. */
enum failure invocation_open_stream(struct invocation *invocation, const ProtobufCMessage *request, struct rpc_client_stream **stream);

/* Print what went wrong and return the exit code. */
enum exit_code invocation_complain(struct invocation *invocation, enum failure failure, const struct rpc_status *status);
enum exit_code invocation_complain_status(struct invocation *invocation, const struct rpc_status *status);

/* Makes the request of the command's own rpc from the options. */
enum exit_code invocation_fill(struct invocation *invocation);

/* The command's own rpc: fills the request, calls, leaves the answer in invocation->response, prints nothing. */
enum exit_code invocation_perform(struct invocation *invocation);

/* Prints an answer for people, programs or scripts. false after a complaint. */
bool invocation_print(const struct invocation *invocation, const ProtobufCMessage *message) must_check;

/* Keeps the profile; false after a complaint. */
bool invocation_keep(struct invocation *invocation);

/* Runs the command: invocation->run, or perform, remember and print. */
enum exit_code invocation_run(struct invocation *invocation);

#endif
