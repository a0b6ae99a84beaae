/* Drives a fuzz target without libFuzzer: every seed of a folder, then so many changed ones. The
 * seed of the changes is printed and can be given, so a failing run replays:   fuzz_wire FOLDER
 * [RUNS] [SEED] */
#include <assert.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS_MAX 64
#define INPUT_BYTES_MAX 4096
#define RUNS_DEFAULT 100000
#define CHANGES_MAX 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    uint8_t bytes[INPUT_BYTES_MAX];
    size_t size;
};

static struct input seeds[SEEDS_MAX];
static size_t seed_count;
static uint64_t chance_state;

/* xorshift64*: the same on every machine. */
static uint32_t chance(uint32_t limit)
{
    chance_state ^= chance_state >> 12;
    chance_state ^= chance_state << 25;
    chance_state ^= chance_state >> 27;
    return (uint32_t)((chance_state * UINT64_C(2685821657736338717)) >> 32) % limit;
}

static void seed_read(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rbe");
    if (file == NULL || name[0] == '.' || seed_count == SEEDS_MAX) {
        if (file != NULL)
            fclose(file);
        return;
    }
    seeds[seed_count].size = fread(seeds[seed_count].bytes, 1, INPUT_BYTES_MAX, file);
    seed_count++;
    fclose(file);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void seeds_read(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, by_name);
    for (int i = 0; i < count; i++) {
        seed_read(folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (seed_count == 0)
        seeds[seed_count++].size = 0;
}

static void change(struct input *input)
{
    uint32_t at = chance((uint32_t)input->size + 1);
    const struct input *other = &seeds[chance((uint32_t)seed_count)];
    switch (chance(5)) {
    case 0: /* flip a bit */
        if (at < input->size)
            input->bytes[at] ^= (uint8_t)(1u << chance(8));
        break;
    case 1: /* any byte */
        if (at < input->size)
            input->bytes[at] = (uint8_t)chance(256);
        break;
    case 2: /* cut */
        input->size = at;
        break;
    case 3: /* insert a byte */
        if (input->size < INPUT_BYTES_MAX) {
            memmove(input->bytes + at + 1, input->bytes + at, input->size - at);
            input->bytes[at] = (uint8_t)chance(256);
            input->size++;
        }
        break;
    default: /* go on as another seed does */
        if (at < other->size) {
            memcpy(input->bytes + at, other->bytes + at, other->size - at);
            input->size = other->size;
        }
        break;
    }
}

static void run_changed(void)
{
    static struct input input;
    input = seeds[chance((uint32_t)seed_count)];
    for (uint32_t changes = 1 + chance(CHANGES_MAX); changes > 0; changes--)
        change(&input);
    uint8_t *exact =
        malloc(input.size + (input.size == 0)); /* so that a sanitizer sees one byte too far */
    assert(exact != NULL);
    memcpy(exact, input.bytes, input.size);
    LLVMFuzzerTestOneInput(exact, input.size);
    free(exact);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s FOLDER [RUNS] [SEED]\n", argv[0]);
        return 2;
    }
    long runs = argc > 2 ? strtol(argv[2], NULL, 10) : RUNS_DEFAULT;
    chance_state = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    chance_state = chance_state == 0 ? 1 : chance_state;
    printf("seed %" PRIu64 ", %ld runs\n", chance_state, runs);
    fflush(stdout);
    seeds_read(argv[1]);
    for (size_t i = 0; i < seed_count; i++)
        LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].size);
    for (long i = 0; i < runs; i++)
        run_changed();
    return 0;
}
