/* kontor certificate …: the file is read here, and sent as it is. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/functions.h"
#include "cli/invocation.h"

#define FILE_BYTES_MAX 8192

static bool read_file(struct arena *arena, const char *name, ProtobufCBinaryData *data)
{
    FILE *file = fopen(name, "rbe");
    data->data = arena_alloc(arena, FILE_BYTES_MAX + 1);
    data->len = file != NULL ? fread(data->data, 1, FILE_BYTES_MAX + 1, file) : 0;
    bool is_read = file != NULL && ferror(file) == 0 && data->len <= FILE_BYTES_MAX;
    if (!is_read)
        fprintf(stderr, "kontor: %s: %s\n", name,
                data->len > FILE_BYTES_MAX ? "more than 8 KiB" : strerror(errno));
    if (file != NULL)
        fclose(file);
    return is_read;
}

/* A file with a private key in it never leaves this machine. */
static bool is_public(const ProtobufCBinaryData *data)
{
    static const char mark[] = "PRIVATE KEY";
    if (memmem(data->data, data->len, mark, sizeof(mark) - 1) == NULL)
        return true;
    fputs("kontor: there is a private key in the file; name one with the certificate alone\n",
          stderr);
    return false;
}

enum exit_code certificate_run(struct invocation *invocation)
{
    enum exit_code code = invocation_fill(invocation);
    if (code != EXIT_DONE)
        return code;
    ProtobufCMessage *request = invocation->request;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request->descriptor, "certificate");
    ProtobufCBinaryData *data = (void *)((char *)request + field->offset);
    if (!read_file(task_arena(invocation->task), invocation_value(invocation, "file"), data) ||
        !is_public(data))
        return EXIT_USAGE;
    code = invocation_call(invocation, invocation->command->service, invocation->command->method,
                           request, &invocation->response);
    if (code == EXIT_DONE)
        invocation_print(invocation, invocation->response);
    return code;
}
