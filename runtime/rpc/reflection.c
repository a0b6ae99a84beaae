#include "runtime/rpc/reflection.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "google/protobuf/descriptor.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "grpc/reflection/v1alpha/reflection.pb-c.h"
#include "runtime/rpc/message.h"
#include "runtime/rpc/shown.h"
#include "runtime/rpc/wire.h"

#define CATALOGUE_BYTES_MAX (64 * 1024 * 1024)
#define FILE_FIELD 1 /* google.protobuf.FileDescriptorSet.file */

#define ASKED(what) GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_##what
#define ANSWERED(what) GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_##what

typedef Grpc__Reflection__V1__ServerReflectionRequest Request;
typedef Grpc__Reflection__V1__ServerReflectionResponse Response;

/* v1alpha is the same on the wire and so in memory, which lets one handler serve both. */
_Static_assert(sizeof(Request) == sizeof(Grpc__Reflection__V1alpha__ServerReflectionRequest),
               "v1alpha requests are laid out like v1");
_Static_assert(sizeof(Response) == sizeof(Grpc__Reflection__V1alpha__ServerReflectionResponse),
               "v1alpha responses are laid out like v1");

/* ---- the catalogue: which file declares a symbol ---- */

struct reflected_file {
    const char *name;
    struct bytes packed; /* a slice of the embedded descriptor set, or what is shown of it */
    bool is_shown;
    size_t needed_count;
    const char **needed; /* names of the files that it imports */
    struct reflected_file *next;
};

struct symbol {
    const char *name; /* "ledger.v1.Transfer.amount_micros" */
    const struct reflected_file *file;
    bool is_message;
    struct symbol *next;
};

/* Built once, kept until the process ends. */
struct catalogue {
    struct arena arena;
    struct reflected_file *files;
    bool (*shows)(const char *rpc); /* NULL: everything is shown */
    struct symbol *listed;          /* newest first, until they are sorted */
    const struct symbol **symbols;
    size_t symbol_count;
};

static const char *symbol_add(struct catalogue *catalogue, const struct reflected_file *file,
                              const char *scope, const char *name, bool is_message)
{
    struct symbol *symbol = arena_alloc(&catalogue->arena, sizeof *symbol);
    symbol->name =
        arena_printf(&catalogue->arena, "%s%s%s", scope, scope[0] == '\0' ? "" : ".", name);
    symbol->file = file;
    symbol->is_message = is_message;
    symbol->next = catalogue->listed;
    catalogue->listed = symbol;
    catalogue->symbol_count++;
    return symbol->name;
}

static void enum_add(struct catalogue *catalogue, const struct reflected_file *file,
                     const char *scope, const Google__Protobuf__EnumDescriptorProto *declared)
{
    symbol_add(catalogue, file, scope, declared->name, false);
    for (size_t i = 0; i < declared->n_value; i++) {
        symbol_add(catalogue, file, scope, declared->value[i]->name,
                   false); /* enum values are siblings of their type */
    }
}

static void message_add(struct catalogue *catalogue, const struct reflected_file *file,
                        const char *scope, const Google__Protobuf__DescriptorProto *declared)
{
    const char *name = symbol_add(catalogue, file, scope, declared->name, true);
    for (size_t i = 0; i < declared->n_field; i++)
        symbol_add(catalogue, file, name, declared->field[i]->name, false);
    for (size_t i = 0; i < declared->n_enum_type; i++)
        enum_add(catalogue, file, name, declared->enum_type[i]);
    for (size_t i = 0; i < declared->n_nested_type; i++)
        message_add(catalogue, file, name, declared->nested_type[i]);
}

static void service_add(struct catalogue *catalogue, const struct reflected_file *file,
                        const char *scope, const Google__Protobuf__ServiceDescriptorProto *declared)
{
    const char *name = symbol_add(catalogue, file, scope, declared->name, false);
    for (size_t i = 0; i < declared->n_method; i++)
        symbol_add(catalogue, file, name, declared->method[i]->name, false);
}

/* The part of a file that strangers are shown goes in its place. */
static void file_reduce(struct catalogue *catalogue, struct reflected_file *file,
                        Google__Protobuf__FileDescriptorProto *declared)
{
    if (catalogue->shows == NULL)
        return;
    if (shown_reduce(declared, catalogue->shows))
        file->packed = message_pack(&catalogue->arena, &declared->base);
    assert(file->packed.data != NULL);
    file->is_shown = declared->n_service > 0;
}

static void needed_add(struct catalogue *catalogue, struct reflected_file *file,
                       const Google__Protobuf__FileDescriptorProto *declared)
{
    file->needed =
        arena_alloc_array(&catalogue->arena, declared->n_dependency + 1, sizeof *file->needed);
    for (size_t i = 0; i < declared->n_dependency; i++)
        file->needed[file->needed_count++] =
            arena_strdup(&catalogue->arena, declared->dependency[i]);
}

static void file_add(struct catalogue *catalogue, struct bytes packed)
{
    struct arena scratch;
    arena_init(&scratch, CATALOGUE_BYTES_MAX);
    Google__Protobuf__FileDescriptorProto *declared = (void *)message_unpack(
        &scratch, &google__protobuf__file_descriptor_proto__descriptor, packed);
    assert(declared != NULL);
    const char *package = declared->package == NULL ? "" : declared->package;
    struct reflected_file *file = arena_alloc(&catalogue->arena, sizeof *file);
    *file = (struct reflected_file){.name = arena_strdup(&catalogue->arena, declared->name),
                                    .packed = packed,
                                    .next = catalogue->files};
    file->is_shown = catalogue->shows == NULL;
    catalogue->files = file;
    needed_add(catalogue, file, declared);
    file_reduce(catalogue, file, declared);
    for (size_t i = 0; i < declared->n_message_type; i++)
        message_add(catalogue, file, package, declared->message_type[i]);
    for (size_t i = 0; i < declared->n_enum_type; i++)
        enum_add(catalogue, file, package, declared->enum_type[i]);
    for (size_t i = 0; i < declared->n_service; i++)
        service_add(catalogue, file, package, declared->service[i]);
    arena_deinit(&scratch);
}

static int symbol_compare(const void *a, const void *b)
{
    const struct symbol *const *left = a;
    const struct symbol *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static void catalogue_sort(struct catalogue *catalogue)
{
    catalogue->symbols = arena_alloc_array(&catalogue->arena, catalogue->symbol_count + 1,
                                           sizeof *catalogue->symbols);
    size_t count = 0;
    for (const struct symbol *symbol = catalogue->listed; symbol != NULL; symbol = symbol->next)
        if (symbol->file->is_shown)
            catalogue->symbols[count++] = symbol;
    catalogue->symbol_count = count;
    qsort(catalogue->symbols, count, sizeof *catalogue->symbols, symbol_compare);
}

/* A file comes after those that it imports, and the list is newest first: one pass reaches all. */
static void catalogue_show_needed(const struct catalogue *catalogue)
{
    for (const struct reflected_file *file = catalogue->files; file != NULL; file = file->next)
        for (size_t i = 0; file->is_shown && i < file->needed_count; i++)
            for (struct reflected_file *older = file->next; older != NULL; older = older->next)
                older->is_shown = older->is_shown || strcmp(older->name, file->needed[i]) == 0;
}

static struct catalogue catalogue;

static void catalogue_make(bool (*shows)(const char *rpc))
{
    assert(catalogue.symbols == NULL || catalogue.shows == shows);
    if (catalogue.symbols != NULL)
        return;
    catalogue.shows = shows;
    arena_init(&catalogue.arena, CATALOGUE_BYTES_MAX);
    struct bytes rest = {proto_reflected_set, proto_reflected_set_size};
    while (rest.size > 0) {
        struct wire_field field;
        bool well_formed = wire_next(&rest, &field);
        assert(well_formed && field.id == FILE_FIELD);
        (void)well_formed;
        file_add(&catalogue, field.bytes);
    }
    catalogue_show_needed(&catalogue);
    catalogue_sort(&catalogue);
    assert(!arena_exhausted(&catalogue.arena)); /* the descriptor set is ours: it fits */
}

static const struct symbol *symbol_find(const char *name)
{
    const struct symbol wanted = {.name = name};
    const struct symbol *key = &wanted;
    const struct symbol **found = bsearch(&key, catalogue.symbols, catalogue.symbol_count,
                                          sizeof *catalogue.symbols, symbol_compare);
    return found == NULL ? NULL : *found;
}

static const struct reflected_file *file_find(const char *name)
{
    const struct reflected_file *file = catalogue.files;
    while (file != NULL && (!file->is_shown || strcmp(file->name, name) != 0))
        file = file->next;
    return file;
}

/* ---- answers; each is built where it can be sent from and sent at once ---- */

/* One question under way. */
struct question {
    struct call *call;
    const Request *request;
    const ProtobufCMessageDescriptor *response_type; /* v1's or v1alpha's */
};

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static enum failure answer(const struct question *question, Response *response)
{
    response->base.descriptor = question->response_type;
    response->valid_host = question->request->host;
    response->original_request = (Request *)(uintptr_t)question->request;
    return call_send(question->call, &response->base);
}

static enum failure answer_not_found(const struct question *question, const char *sentence)
{
    Grpc__Reflection__V1__ErrorResponse error = GRPC__REFLECTION__V1__ERROR_RESPONSE__INIT;
    error.error_code = CODE_NOT_FOUND;
    error.error_message = borrowed(sentence);
    Response response = GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
    response.message_response_case = ANSWERED(ERROR_RESPONSE);
    response.error_response = &error;
    return answer(question, &response);
}

static enum failure answer_file(const struct question *question, const struct reflected_file *file,
                                const char *otherwise)
{
    if (file == NULL)
        return answer_not_found(question, otherwise);
    ProtobufCBinaryData packed = {.len = file->packed.size,
                                  .data = (uint8_t *)(uintptr_t)file->packed.data};
    Grpc__Reflection__V1__FileDescriptorResponse files =
        GRPC__REFLECTION__V1__FILE_DESCRIPTOR_RESPONSE__INIT;
    files.n_file_descriptor_proto = 1;
    files.file_descriptor_proto = &packed;
    Response response = GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
    response.message_response_case = ANSWERED(FILE_DESCRIPTOR_RESPONSE);
    response.file_descriptor_response = &files;
    return answer(question, &response);
}

static enum failure answer_symbol(const struct question *question, const char *name)
{
    const struct symbol *symbol = symbol_find(name);
    return answer_file(question, symbol == NULL ? NULL : symbol->file, "The symbol is not known.");
}

/* Proto3 messages have no extensions: an empty list for those that exist. */
static enum failure answer_extension_numbers(const struct question *question, const char *type)
{
    const struct symbol *symbol = symbol_find(type);
    if (symbol == NULL || !symbol->is_message)
        return answer_not_found(question, "The message is not known.");
    Grpc__Reflection__V1__ExtensionNumberResponse numbers =
        GRPC__REFLECTION__V1__EXTENSION_NUMBER_RESPONSE__INIT;
    numbers.base_type_name = borrowed(type);
    Response response = GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
    response.message_response_case = ANSWERED(ALL_EXTENSION_NUMBERS_RESPONSE);
    response.all_extension_numbers_response = &numbers;
    return answer(question, &response);
}

static void services_list(const struct rpc_server *server, struct arena *arena,
                          Grpc__Reflection__V1__ListServiceResponse *list)
{
    size_t count = rpc_server_service_count(server);
    Grpc__Reflection__V1__ServiceResponse *services =
        arena_alloc_array(arena, count + 1, sizeof *services);
    list->service =
        arena_alloc_array(arena, count + 1, sizeof(Grpc__Reflection__V1__ServiceResponse *));
    for (size_t i = 0; i < count; i++) {
        grpc__reflection__v1__service_response__init(&services[i]);
        services[i].name = borrowed(rpc_server_service_name(server, i));
        list->service[i] = &services[i];
    }
    list->n_service = count;
}

static enum failure answer_services(const struct question *question)
{
    struct arena arena; /* of this answer alone: a stream may ask for ever */
    arena_init(&arena, CATALOGUE_BYTES_MAX);
    Grpc__Reflection__V1__ListServiceResponse list =
        GRPC__REFLECTION__V1__LIST_SERVICE_RESPONSE__INIT;
    services_list(call_context(question->call), &arena, &list);
    Response response = GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
    response.message_response_case = ANSWERED(LIST_SERVICES_RESPONSE);
    response.list_services_response = &list;
    enum failure failure =
        arena_exhausted(&arena) ? FAILURE_EXHAUSTED : answer(question, &response);
    arena_deinit(&arena);
    return failure;
}

static enum failure question_answer(const struct question *question)
{
    const Request *request = question->request;
    switch (request->message_request_case) {
    case ASKED(FILE_BY_FILENAME):
        return answer_file(question, file_find(request->file_by_filename),
                           "The file is not known.");
    case ASKED(FILE_CONTAINING_SYMBOL):
        return answer_symbol(question, request->file_containing_symbol);
    case ASKED(LIST_SERVICES):
        return answer_services(question);
    case ASKED(ALL_EXTENSION_NUMBERS_OF_TYPE):
        return answer_extension_numbers(question, request->all_extension_numbers_of_type);
    case ASKED(FILE_CONTAINING_EXTENSION):
        return answer_not_found(question, "There are no extensions.");
    default:
        return answer_not_found(question, "Nothing was asked for.");
    }
}

static int questions_answer(struct call *call, const ProtobufCMessageDescriptor *response_type)
{
    for (;;) {
        const ProtobufCMessage *message = NULL;
        int no = call_receive(call, &message);
        if (no == 0 && message == NULL)
            return 0;
        if (no == 0)
            no = question_answer(
                &(struct question){call, (const Request *)(const void *)message, response_type});
        if (no != 0)
            return no;
    }
}

static int reflection_v1_server_reflection_info_call(struct call *call)
{
    return questions_answer(call, &grpc__reflection__v1__server_reflection_response__descriptor);
}
RPC_STREAM(reflection_v1_server_reflection_info, Grpc__Reflection__V1__ServerReflection,
           Grpc__Reflection__V1__ServerReflectionRequest,
           Grpc__Reflection__V1__ServerReflectionResponse)

static int reflection_v1alpha_server_reflection_info_call(struct call *call)
{
    return questions_answer(call,
                            &grpc__reflection__v1alpha__server_reflection_response__descriptor);
}
RPC_STREAM(reflection_v1alpha_server_reflection_info, Grpc__Reflection__V1alpha__ServerReflection,
           Grpc__Reflection__V1alpha__ServerReflectionRequest,
           Grpc__Reflection__V1alpha__ServerReflectionResponse)

void reflection_mount(struct rpc_server *server, bool (*shows)(const char *rpc))
{
    static Grpc__Reflection__V1__ServerReflection_Service v1 =
        GRPC__REFLECTION__V1__SERVER_REFLECTION__INIT(reflection_v1_);
    static Grpc__Reflection__V1alpha__ServerReflection_Service v1alpha =
        GRPC__REFLECTION__V1ALPHA__SERVER_REFLECTION__INIT(reflection_v1alpha_);
    catalogue_make(shows); /* at the start, not in the first caller's time */
    rpc_server_mount(server, &v1.base, server);
    rpc_server_mount(server, &v1alpha.base, server);
}
