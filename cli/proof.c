/* kontor proof: the proof of an account's statement, fetched page by page into a file; and checked,
 * for which no server is needed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/functions.h"
#include "cli/invocation.h"
#include "cli/proof_check.h"
#include "runtime/base/text.h"
#include "runtime/rpc/message.h"

#define SERVICE &ledger__v1__proof_service__descriptor
#define FILE_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define PAGE_MAX 100 /* entries of one */

/* ---- get ---- */

/* Adds the entries of a page to the proof, whose list has room for them. */
static bool add_entries(struct arena *arena, Ledger__V1__Proof *proof, size_t *room,
                        const Ledger__V1__Proof *page)
{
    if (proof->n_entries + page->n_entries > *room) {
        *room = 2 * (proof->n_entries + page->n_entries + PAGE_MAX);
        Ledger__V1__StatedEntry **entries = arena_try_alloc_array(arena, *room, sizeof *entries);
        if (entries == NULL)
            return false;
        if (proof->n_entries > 0)
            memcpy(entries, proof->entries, proof->n_entries * sizeof *entries);
        proof->entries = entries;
    }
    for (size_t i = 0; i < page->n_entries; i++)
        proof->entries[proof->n_entries++] = page->entries[i];
    return true;
}

static enum exit_code get_pages(struct invocation *invocation, Ledger__V1__Proof **proof)
{
    struct arena *arena = task_arena(invocation->task);
    Ledger__V1__GetProofRequest *request = (void *)invocation->request;
    ProtobufCMessage *message;
    size_t room = 0;
    *proof = NULL;
    do {
        enum exit_code code =
            invocation_call(invocation, SERVICE, "GetProof", &request->base, &message);
        if (code != EXIT_DONE)
            return code;
        Ledger__V1__GetProofResponse *response = (void *)message;
        if (response->proof == NULL)
            return EXIT_UNAVAILABLE;
        const Ledger__V1__Proof page = *response->proof;
        if (*proof == NULL) {
            *proof = response->proof;
            (*proof)->n_entries = 0;
        }
        if (!add_entries(arena, *proof, &room, &page)) {
            fputs("kontor: more entries than fit; name a shorter time\n", stderr);
            return EXIT_UNREPORTED;
        }
        request->page_token = response->next_page_token;
    } while (request->page_token[0] != '\0');
    return EXIT_DONE;
}

static enum exit_code write_file(const char *name, struct bytes packed)
{
    bool is_stdout = strcmp(name, "-") == 0;
    FILE *out = is_stdout ? stdout : fopen(name, "wb");
    bool written =
        out != NULL && fwrite(packed.data, 1, packed.size, out) == packed.size && fflush(out) == 0;
    if (!written)
        fprintf(stderr, "kontor: %s: %s\n", name, strerror(errno));
    if (out != NULL && !is_stdout)
        written = fclose(out) == 0 && written;
    return written ? EXIT_DONE : EXIT_UNREPORTED;
}

static void tell(const Ledger__V1__Proof *proof)
{
    fprintf(stderr, "%zu entries under %zu anchors\n", proof->n_entries, proof->n_anchors);
}

enum exit_code proof_run_get(struct invocation *invocation)
{
    Ledger__V1__Proof *proof;
    enum exit_code code = invocation_fill(invocation);
    if (code == EXIT_DONE)
        code = get_pages(invocation, &proof);
    if (code != EXIT_DONE)
        return code;
    struct bytes packed = message_pack(task_arena(invocation->task), &proof->base);
    if (packed.data == NULL)
        return EXIT_UNREPORTED;
    code = write_file(invocation_value(invocation, "output"), packed);
    if (code == EXIT_DONE)
        tell(proof);
    return code;
}

/* ---- verify ---- */

static bool read_file(struct arena *arena, const char *name, struct bytes *packed)
{
    FILE *in = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
    uint8_t *data = in != NULL ? arena_try_alloc(arena, FILE_BYTES_MAX + 1) : NULL;
    size_t size = data != NULL ? fread(data, 1, FILE_BYTES_MAX + 1, in) : 0;
    bool read = data != NULL && ferror(in) == 0 && size <= FILE_BYTES_MAX;
    if (!read)
        fprintf(stderr, "kontor: %s: %s\n", name,
                size > FILE_BYTES_MAX ? "more than 16 MiB" : strerror(errno));
    if (in != NULL && in != stdin)
        fclose(in);
    *packed = (struct bytes){data, size};
    return read;
}

static bool has_unknown(const ProtobufCMessage *message)
{
    return message != NULL && message->n_unknown_fields > 0;
}

static bool entry_has_unknown(const Ledger__V1__StatedEntry *entry)
{
    bool any = has_unknown(&entry->base);
    for (size_t i = 0; i < entry->n_postings; i++)
        any = any || has_unknown(&entry->postings[i]->base);
    return any;
}

static bool knows_all(const Ledger__V1__Proof *proof)
{
    bool any = has_unknown(&proof->base) ||
               (proof->opening != NULL && has_unknown(&proof->opening->base)) ||
               (proof->closing != NULL && has_unknown(&proof->closing->base));
    for (size_t i = 0; i < proof->n_anchors; i++)
        any = any || has_unknown(&proof->anchors[i]->base);
    for (size_t i = 0; i < proof->n_entries; i++)
        any = any || entry_has_unknown(proof->entries[i]);
    return !any;
}

/* Packed again it is the same, so not one bit of the file is of no account. */
static const char *check_packed(struct arena *arena, struct bytes packed, const uint8_t *key,
                                const Ledger__V1__Proof **proof)
{
    *proof = (void *)message_unpack(arena, &ledger__v1__proof__descriptor, packed);
    if (*proof == NULL || !knows_all(*proof))
        return "it is no proof, or was cut off";
    struct bytes again = message_pack(arena, &(*proof)->base);
    if (again.size != packed.size || again.data == NULL ||
        memcmp(again.data, packed.data, packed.size) != 0)
        return "it is no proof as one is written";
    return proof_check(*proof, key);
}

enum exit_code proof_run_verify(struct invocation *invocation)
{
    struct arena *arena = task_arena(invocation->task);
    const char *name = invocation_value(invocation, "file"),
               *hex = invocation_value(invocation, "key");
    uint8_t key[SIGNATURE_KEY_SIZE];
    char named[2 * SIGNATURE_KEY_SIZE + 1];
    const Ledger__V1__Proof *proof;
    struct bytes packed;
    if (hex != NULL && !bytes_from_hex(hex, key, sizeof key)) {
        fputs("kontor: --key is 64 hexadecimal digits\n", stderr);
        return EXIT_USAGE;
    }
    if (!read_file(arena, name, &packed))
        return EXIT_USAGE;
    const char *wrong = check_packed(arena, packed, hex != NULL ? key : NULL, &proof);
    if (wrong != NULL) {
        fprintf(stderr, "kontor: the proof does NOT hold: %s\n", wrong);
        return EXIT_REFUSED;
    }
    tell(proof);
    printf("the proof holds%s\n", hex != NULL ? "" : "; compare the keys that signed it:");
    for (size_t i = 0; i < proof->n_anchors && hex == NULL; i++) {
        ProtobufCBinaryData signer = proof->anchors[i]->public_key;
        bool is_told = i > 0 && memcmp(signer.data, proof->anchors[i - 1]->public_key.data,
                                       SIGNATURE_KEY_SIZE) == 0;
        if (!is_told)
            printf("%s\n", bytes_to_hex(signer.data, signer.len, named));
    }
    return EXIT_DONE;
}
