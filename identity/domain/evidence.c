#include "identity/domain/evidence.h"

#include <assert.h>
#include <string.h>

static const struct refusal refusals[] = {EVIDENCE_REFUSALS(REFUSAL_ROW)};

#define EVIDENCE_FORM_NAME(form) #form,
static const char *const names[] = {"", EVIDENCE_FORMS(EVIDENCE_FORM_NAME)};

/* How files begin: ISO 32000, ISO 10918, ISO 15948. */
static const struct {
    enum evidence_form form;
    const char *head;
    size_t size;
} heads[] = {{EVIDENCE_PDF, "%PDF-", 5},
             {EVIDENCE_JPEG, "\xFF\xD8\xFF", 3},
             {EVIDENCE_PNG, "\x89PNG\r\n\x1A\n", 8}};

int64_t evidence_due_us(int64_t decided_us)
{
    assert(decided_us > 0);
    return decided_us + EVIDENCE_KEPT_US;
}

enum evidence_form evidence_form_of(struct bytes head)
{
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (head.size >= heads[i].size && memcmp(head.data, heads[i].head, heads[i].size) == 0)
            return heads[i].form;
    return EVIDENCE_NONE;
}

const char *evidence_form_name(enum evidence_form form)
{
    assert(form < EVIDENCE_FORM_COUNT);
    return names[form];
}

enum evidence_form evidence_form_named(const char *name)
{
    int form = EVIDENCE_NONE + 1;
    assert(name != NULL);
    while (form < EVIDENCE_FORM_COUNT && strcmp(names[form], name) != 0)
        form++;
    return form < EVIDENCE_FORM_COUNT ? (enum evidence_form)form : EVIDENCE_NONE;
}

const struct refusal *evidence_refusal(enum evidence_verdict verdict)
{
    assert(verdict != EVIDENCE_ACCEPTED);
    return &refusals[verdict - 1];
}

enum evidence_verdict evidence_begin_decide(const struct evidence_room *room, int64_t size)
{
    assert(size > 0 && size <= EVIDENCE_BYTES_MAX && room->bytes >= 0);
    if (room->files >= EVIDENCE_FILES_MAX)
        return EVIDENCE_FILES_LIMIT;
    return room->bytes + size > EVIDENCE_ACCOUNT_BYTES_MAX ? EVIDENCE_LIMIT : EVIDENCE_ACCEPTED;
}

bool evidence_is_complete(const struct evidence_progress *progress)
{
    assert(progress->received >= 0 && progress->received <= progress->size);
    return progress->received == progress->size;
}

/* Of the piece that begins there. */
static int64_t length_at(const struct evidence_progress *progress, int64_t offset)
{
    int64_t left = progress->size - offset;
    assert(left > 0);
    return left < EVIDENCE_PIECE_BYTES ? left : EVIDENCE_PIECE_BYTES;
}

static bool is_place(const struct evidence_progress *progress, int64_t offset)
{
    assert(progress->size > 0);
    return offset >= 0 && offset < progress->size && offset % EVIDENCE_PIECE_BYTES == 0;
}

enum evidence_verdict evidence_piece_decide(const struct evidence_progress *progress,
                                            int64_t offset, size_t piece_size, bool *is_repeated)
{
    *is_repeated = is_place(progress, offset) && offset < progress->received;
    if (!*is_repeated && evidence_is_complete(progress))
        return EVIDENCE_WHOLE;
    if (!is_place(progress, offset) || offset > progress->received)
        return EVIDENCE_OFFSET;
    return (int64_t)piece_size == length_at(progress, offset) ? EVIDENCE_ACCEPTED : EVIDENCE_PIECE;
}

enum evidence_verdict evidence_read_decide(const struct evidence_progress *progress, bool has_look,
                                           int64_t offset)
{
    if (!has_look)
        return EVIDENCE_LOOK;
    if (progress->is_deleted)
        return EVIDENCE_DELETED;
    if (!evidence_is_complete(progress))
        return EVIDENCE_INCOMPLETE;
    return is_place(progress, offset) ? EVIDENCE_ACCEPTED : EVIDENCE_OFFSET;
}
