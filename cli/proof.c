/* kontor proof: the proof of an account's statement, fetched page by page into a file; and checked,
 * for which no server is needed. */
#include <stdio.h>
#include <string.h>

#include "cli/file.h"
#include "cli/functions.h"
#include "cli/invocation.h"
#include "cli/proof_check.h"
#include "runtime/base/clock.h"
#include "runtime/base/id.h"
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

static void tell_id(FILE *out, const char *label, ProtobufCBinaryData data)
{
    struct id id;
    char text[ID_TEXT_SIZE];
    if (data.len != sizeof id.bytes)
        return;
    memcpy(id.bytes, data.data, data.len);
    fprintf(out, "%s %s\n", label, id_format(id, text));
}

/* Whose statement it is, and of which time: the proof of another one holds as well. */
static void tell(FILE *out, const Ledger__V1__Proof *proof)
{
    char first[CLOCK_TEXT_SIZE], last[CLOCK_TEXT_SIZE];
    size_t begins = proof->opening != NULL && proof->n_anchors > 1; /* behind the opening one */
    if (proof->n_anchors == 0)
        return;
    tell_id(out, "account", proof->account_id);
    tell_id(out, "company", proof->company_id);
    clock_format(proof->anchors[begins]->period_us, first);
    clock_format(proof->anchors[proof->n_anchors - 1]->period_us, last);
    fprintf(out, "%zu entries under %zu anchors, of the periods from %.19sZ to %.19sZ\n",
            proof->n_entries, proof->n_anchors, first, last);
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
    if (packed.data == NULL || packed.size > FILE_BYTES_MAX) {
        fputs("kontor: more than 16 MiB; name a shorter time\n", stderr);
        return EXIT_UNREPORTED;
    }
    code = file_write(invocation_value(invocation, "output"), packed);
    if (code == EXIT_DONE)
        tell(stderr, proof);
    return code;
}

/* ---- verify ---- */

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
static const char *check_packed(struct arena *arena, struct bytes packed,
                                const struct proof_keys *trusted, const Ledger__V1__Proof **proof)
{
    *proof = (void *)message_unpack(arena, &ledger__v1__proof__descriptor, packed);
    if (*proof == NULL || !knows_all(*proof))
        return "it is no proof, or was cut off";
    struct bytes again = message_pack(arena, &(*proof)->base);
    if (again.size != packed.size || again.data == NULL ||
        memcmp(again.data, packed.data, packed.size) != 0)
        return "it is no proof as one is written";
    return proof_check(*proof, trusted);
}

static bool read_keys(const char *text, struct proof_keys *trusted)
{
    trusted->count = 0;
    while (text != NULL && trusted->count < PROOF_KEYS_MAX) {
        char key[2 * SIGNATURE_KEY_SIZE + 1];
        size_t size = strcspn(text, ",");
        if (!text_print(key, sizeof key, "%.*s", (int)size, text) ||
            !bytes_from_hex(key, trusted->keys[trusted->count++], SIGNATURE_KEY_SIZE))
            return false;
        text = text[size] == ',' ? text + size + 1 : NULL;
    }
    return text == NULL;
}

static void tell_signers(const Ledger__V1__Proof *proof)
{
    char named[2 * SIGNATURE_KEY_SIZE + 1];
    for (size_t i = 0; i < proof->n_anchors; i++) {
        ProtobufCBinaryData signer = proof->anchors[i]->public_key;
        bool is_told = i > 0 && memcmp(signer.data, proof->anchors[i - 1]->public_key.data,
                                       SIGNATURE_KEY_SIZE) == 0;
        if (!is_told)
            printf("%s\n", bytes_to_hex(signer.data, signer.len, named));
    }
}

enum exit_code proof_run_verify(struct invocation *invocation)
{
    struct arena *arena = task_arena(invocation->task);
    struct proof_keys trusted;
    const Ledger__V1__Proof *proof;
    struct bytes packed;
    if (!read_keys(invocation_value(invocation, "key"), &trusted)) {
        fputs("kontor: --key is 64 hexadecimal digits, or up to eight such keys with commas\n",
              stderr);
        return EXIT_USAGE;
    }
    if (!file_read(arena, invocation_value(invocation, "file"), FILE_BYTES_MAX, "16 MiB", &packed))
        return EXIT_USAGE;
    const char *wrong = check_packed(arena, packed, &trusted, &proof);
    if (arena_exhausted(arena)) {
        fputs("kontor: it cannot be checked: there is not enough memory\n", stderr);
        return EXIT_UNREPORTED;
    }
    if (wrong != NULL) {
        fprintf(stderr, "kontor: the proof does NOT hold: %s\n", wrong);
        return EXIT_REFUSED;
    }
    tell(stdout, proof);
    printf("the proof holds%s\n", trusted.count > 0 ? "" : "; compare the keys that signed it:");
    if (trusted.count == 0)
        tell_signers(proof);
    return EXIT_DONE;
}
