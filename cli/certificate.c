/* kontor certificate …: the file is read here, and sent as it is. */
#include <stdio.h>
#include <string.h>

#include "cli/file.h"
#include "cli/functions.h"
#include "cli/invocation.h"

#define FILE_BYTES_MAX 8192

/* A file with a private key in it never leaves this machine. */
static bool is_public(struct bytes file)
{
    static const char mark[] = "PRIVATE KEY";
    if (memmem(file.data, file.size, mark, sizeof(mark) - 1) == NULL)
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
    struct bytes file;
    if (!file_read(task_arena(invocation->task), invocation_value(invocation, "file"),
                   FILE_BYTES_MAX, "8 KiB", &file) ||
        !is_public(file))
        return EXIT_USAGE;
    *(ProtobufCBinaryData *)(void *)((char *)request + field->offset) = (ProtobufCBinaryData){
        file.size, arena_memdup(task_arena(invocation->task), file.data, file.size)};
    code = invocation_call(invocation, invocation->command->service, invocation->command->method,
                           request, &invocation->response);
    if (code == EXIT_DONE)
        invocation_print(invocation, invocation->response);
    return code;
}
