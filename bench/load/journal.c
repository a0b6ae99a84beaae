#include "bench/load/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 256
#define PAUSE_MS 100

struct pages {
    char *text;
    size_t size, room;
};

struct journal {
    int file;
    struct pages filling, leaving;
    bool has_failed, is_ending;
    struct event ending, ended;
};

struct journal *journal_open(const char *path)
{
    struct journal *journal = calloc(1, sizeof *journal);
    assert(journal != NULL);
    journal->file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (journal->file >= 0)
        return journal;
    free(journal);
    return NULL;
}

static void make_room(struct pages *pages)
{
    if (pages->room - pages->size >= LINE_SIZE)
        return;
    pages->room = 2 * pages->room + 64 * LINE_SIZE;
    pages->text = realloc(pages->text, pages->room);
    assert(pages->text != NULL);
}

void journal_write(struct journal *journal, const char *word, const struct piece *piece,
                   const struct traffic *traffic, size_t number)
{
    char request[ID_TEXT_SIZE], payer[ID_TEXT_SIZE], receiver[ID_TEXT_SIZE];
    struct pages *pages = &journal->filling;
    make_room(pages);
    size_t to = piece_receiver(piece, traffic, number);
    int size = snprintf(pages->text + pages->size, LINE_SIZE, "%s %s %s %s %s %lld\n", word,
                        piece->kind == PIECE_REVOKE ? "revoke" : "transfer",
                        id_format(piece_request(piece, number), request),
                        id_format(traffic_account_id(traffic, piece->company, piece->payer), payer),
                        id_format(traffic_account_id(traffic, piece->company, to), receiver),
                        (long long)PIECE_AMOUNT_MICROS);
    assert(size > 0 && size < LINE_SIZE);
    pages->size += (size_t)size;
}

static void write_out(void *argument)
{
    struct journal *journal = argument;
    const struct pages *pages = &journal->leaving;
    for (size_t done = 0; done < pages->size && !journal->has_failed;) {
        ssize_t written = write(journal->file, pages->text + done, pages->size - done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            journal->has_failed = true;
    }
    if (fdatasync(journal->file) != 0 && errno != EINVAL) /* EINVAL: a pipe */
        journal->has_failed = true;
}

static void flush(struct task *task, struct journal *journal)
{
    struct pages empty = journal->leaving;
    if (journal->filling.size == 0)
        return;
    empty.size = 0;
    journal->leaving = journal->filling;
    journal->filling = empty;
    (void)!task_offload(task, write_out, journal); /* it is not cut short */
}

static void keep_writing(struct task *task, void *argument)
{
    struct journal *journal = argument;
    while (!journal->is_ending) {
        flush(task, journal);
        (void)task_wait_to_the_end_ms(task, &journal->ending, PAUSE_MS);
    }
    flush(task, journal);
    event_signal(&journal->ended);
}

bool journal_begin(struct journal *journal, struct loop *loop)
{
    const struct task_options options = {.name = "load_journal"};
    return loop_spawn(loop, &options, keep_writing, journal) == FAILURE_NONE;
}

bool journal_end(struct task *task, struct journal *journal)
{
    journal->is_ending = true;
    event_signal(&journal->ending);
    task_wait_to_the_end(task, &journal->ended);
    return !journal->has_failed;
}

void journal_free(struct journal *journal)
{
    close(journal->file);
    free(journal->filling.text);
    free(journal->leaving.text);
    free(journal);
}
