#include "bench/load/prepare.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_SIZE 512
#define CUSTOMERS_MAX 100000

struct customers {
    struct customer *rows;
    size_t count;
};

static bool complain(const char *path, const char *what)
{
    fprintf(stderr, "kontor-load: %s: %s\n", path, what);
    return false;
}

/* For the owner alone, also when a file was there. */
static FILE *open_secret(const char *path, bool replaces)
{
    int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? O_TRUNC : O_EXCL);
    int file = open(path, flags, 0600);
    if (file < 0 || fchmod(file, 0600) != 0) {
        (void)complain(path, strerror(errno));
        return NULL;
    }
    return fdopen(file, "w");
}

/* ---- accounts ---- */

static bool open_all(struct task *task, struct opening *opening, struct desk *desk,
                     const struct preparation *preparation, struct customers *customers)
{
    char registration[24] = "";
    for (size_t i = 0; i < customers->count; i++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        if (i % preparation->accounts == 0)
            opening_new_registration(registration);
        opening_new_customer(&customers->rows[i], registration);
        if (!desk_prove(task, opening->door, desk) ||
            !opening_run(task, opening, &customers->rows[i]))
            return false;
        arena_rewind(task_arena(task), mark);
        fprintf(stderr, "opened account %zu of %zu\n", i + 1, customers->count);
    }
    return true;
}

static bool write_credentials(const char *path, const struct customers *customers)
{
    FILE *file = open_secret(path, false);
    if (file == NULL)
        return false;
    for (size_t i = 0; i < customers->count; i++)
        fprintf(file, "%s %s\n", customers->rows[i].email, customers->rows[i].password);
    return fclose(file) == 0 || complain(path, strerror(errno));
}

static bool open_accounts(struct task *task, const struct preparation *preparation,
                          struct customers *customers)
{
    struct desk desk = {.app = preparation->operator_app};
    struct opening opening = preparation->opening;
    customers->count = preparation->companies * preparation->accounts;
    customers->rows = calloc(customers->count, sizeof *customers->rows);
    assert(customers->rows != NULL);
    if (preparation->operator_email[0] == '\0' || opening.spool[0] == '\0')
        return complain(preparation->credentials_file,
                        "is not there; to open accounts, operator-email, operator-password, "
                        "operator-app and spool-directory are wanted");
    if (!desk_open(task, opening.door, preparation->operator_email, preparation->operator_password,
                   &desk))
        return false;
    opening.operator_token = desk.operator.token;
    return open_all(task, &opening, &desk, preparation, customers) &&
           write_credentials(preparation->credentials_file, customers);
}

static bool read_credentials(FILE *file, struct customers *customers)
{
    char line[LINE_SIZE];
    size_t room = 0;
    for (; fgets(line, sizeof line, file) != NULL; customers->count++) {
        char *rest = NULL, *email = strtok_r(line, " \n", &rest);
        char *password = strtok_r(NULL, "\n", &rest);
        if (customers->count == room) {
            room = 2 * room + 64;
            customers->rows = realloc(customers->rows, room * sizeof *customers->rows);
            assert(customers->rows != NULL);
        }
        struct customer *customer = &customers->rows[customers->count];
        *customer = (struct customer){.email = ""};
        if (customers->count == CUSTOMERS_MAX || password == NULL ||
            !text_print(customer->email, sizeof customer->email, "%s", email) ||
            !text_print(customer->password, sizeof customer->password, "%s", password))
            return false;
    }
    return customers->count > 0;
}

/* ---- the roster ---- */

static bool write_account(struct task *task, const struct preparation *preparation,
                          struct customer *customer, FILE *file)
{
    struct door *door = preparation->opening.door;
    if (!opening_log_in(task, door, customer) ||
        !opening_read_company(task, &preparation->opening, customer))
        return false;
    fprintf(file, "%s %s %s", customer->company, customer->account, customer->token);
    for (size_t i = 1; i < preparation->sessions; i++) {
        if (!opening_log_in(task, door, customer))
            return false;
        fprintf(file, " %s", customer->token);
    }
    return fputc('\n', file) != EOF;
}

static bool write_roster(struct task *task, const struct preparation *preparation,
                         struct customers *customers)
{
    FILE *file = open_secret(preparation->roster_file, true);
    bool is_written = file != NULL;
    for (size_t i = 0; i < customers->count && is_written; i++) {
        struct arena_mark mark = arena_mark(task_arena(task));
        is_written = write_account(task, preparation, &customers->rows[i], file);
        arena_rewind(task_arena(task), mark);
    }
    if (file != NULL && fclose(file) != 0)
        return complain(preparation->roster_file, strerror(errno));
    return is_written;
}

bool prepare_run(struct task *task, const struct preparation *preparation)
{
    struct customers customers = {.rows = NULL};
    FILE *file = fopen(preparation->credentials_file, "r");
    bool is_ready = file != NULL ? read_credentials(file, &customers)
                                 : open_accounts(task, preparation, &customers);
    if (file != NULL && !is_ready)
        (void)complain(preparation->credentials_file,
                       "a line is an e-mail address and a password, with a space between them");
    if (file != NULL)
        fclose(file);
    is_ready = is_ready && write_roster(task, preparation, &customers);
    if (customers.rows != NULL)
        explicit_bzero(customers.rows, customers.count * sizeof *customers.rows);
    free(customers.rows);
    return is_ready;
}
