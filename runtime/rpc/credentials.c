#include "runtime/rpc/credentials.h"

#include <assert.h>
#include <grpc/grpc_security.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/metrics.h"
#include "runtime/base/secret.h"
#include "runtime/base/text.h"

#define FILE_BYTES_MAX (256 * 1024)
#define LOOK_INTERVAL_US 100000

static struct metric expiry = {.name = "tls_certificate_expiry_timestamp_seconds",
                               .help = "When the certificate in use ends, in seconds since 1970.",
                               .kind = METRIC_GAUGE,
                               .labels = {"certificate"}};

enum part { CERTIFICATE, PRIVATE_KEY, AUTHORITY, PART_COUNT };

/* The marks by which one version of a file differs from the next, without reading it. */
struct stamp {
    int64_t size;
    int64_t changed_s;
    int64_t changed_ns;
    uint64_t inode;
};

/* The texts of the three files; NULL for those that are not given. */
struct material {
    char *texts[PART_COUNT];
};

/* Shared by the loop and handshakes, which run on gRPC's own threads. */
struct shelf {
    pthread_mutex_t mutex;
    struct material material;
    struct stamp stamps[PART_COUNT];
    uint64_t generation;
    int64_t looked_us;
};

/* One server's view: which generation it was given last. */
struct fetcher {
    const struct credentials *credentials;
    uint64_t generation;
    struct fetcher *next;
};

struct credentials {
    char *files[PART_COUNT];
    char *name_override;
    bool peer_certificate_required;
    struct shelf *shelf;
    struct fetcher **fetchers;
};

static char *duplicate(const char *text)
{
    char *copy = strdup(text == NULL ? "" : text);
    assert(copy != NULL);
    return copy;
}

static void *allocate(size_t size)
{
    void *memory = calloc(1, size);
    assert(memory != NULL);
    return memory;
}

/* ---- reading files ---- */

static void material_deinit(struct material *material)
{
    for (int part = 0; part < PART_COUNT; part++) {
        if (material->texts[part] != NULL) {
            secret_wipe(material->texts[part], strlen(material->texts[part]));
            free(material->texts[part]);
        }
    }
    *material = (struct material){0};
}

static char *file_read(const char *path)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return NULL;
    char *text = allocate(FILE_BYTES_MAX + 1);
    size_t size = fread(text, 1, FILE_BYTES_MAX, file);
    bool whole = feof(file) || fgetc(file) == EOF;
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed || !whole || size == 0) {
        secret_wipe(text, FILE_BYTES_MAX);
        free(text);
        return NULL;
    }
    return text;
}

static struct stamp file_stamp(const char *path)
{
    struct stat seen;
    if (text_is_empty(path) || stat(path, &seen) != 0)
        return (struct stamp){0};
    return (struct stamp){seen.st_size, seen.st_mtim.tv_sec, seen.st_mtim.tv_nsec,
                          (uint64_t)seen.st_ino};
}

static bool stamp_equal(struct stamp a, struct stamp b)
{
    return a.size == b.size && a.changed_s == b.changed_s && a.changed_ns == b.changed_ns &&
           a.inode == b.inode;
}

/* ---- judging what was read ---- */

static int no_passphrase(char *text, int size, int writing, void *data)
{
    (void)text;
    (void)size;
    (void)writing;
    (void)data;
    return -1; /* OpenSSL would ask the terminal */
}

static X509 *certificate_parse(const char *pem)
{
    BIO *input = BIO_new_mem_buf(pem, -1);
    X509 *certificate = PEM_read_bio_X509(input, NULL, no_passphrase, NULL);
    BIO_free(input);
    return certificate;
}

static EVP_PKEY *private_key_parse(const char *pem)
{
    BIO *input = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(input, NULL, no_passphrase, NULL);
    BIO_free(input);
    return key;
}

static void show_expiry(const char *which, const X509 *certificate)
{
    struct tm end = {0};
    if (certificate != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1)
        metric_set(&expiry, which, (int64_t)timegm(&end));
}

/* Returns the part that cannot be used, or PART_COUNT. */
static enum part material_judge(const struct material *material)
{
    X509 *certificate = material->texts[CERTIFICATE] == NULL
                            ? NULL
                            : certificate_parse(material->texts[CERTIFICATE]);
    EVP_PKEY *key = material->texts[PRIVATE_KEY] == NULL
                        ? NULL
                        : private_key_parse(material->texts[PRIVATE_KEY]);
    X509 *authority =
        material->texts[AUTHORITY] == NULL ? NULL : certificate_parse(material->texts[AUTHORITY]);
    enum part verdict = PART_COUNT;
    if (material->texts[CERTIFICATE] != NULL && certificate == NULL) {
        verdict = CERTIFICATE;
    } else if (material->texts[AUTHORITY] != NULL && authority == NULL) {
        verdict = AUTHORITY;
    } else if (certificate != NULL &&
               (key == NULL || X509_check_private_key(certificate, key) != 1)) {
        verdict = PRIVATE_KEY;
    } else {
        show_expiry("own", certificate);
        show_expiry("authority", authority);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    X509_free(authority);
    return verdict;
}

/* Reads all files again. false: one of them is no use, which was logged, and *material is empty. */
static bool material_read(const struct credentials *credentials, struct material *material)
{
    *material = (struct material){0};
    enum part unusable = PART_COUNT;
    for (int part = 0; part < PART_COUNT && unusable == PART_COUNT; part++) {
        if (!text_is_empty(credentials->files[part])) {
            material->texts[part] = file_read(credentials->files[part]);
            unusable = material->texts[part] == NULL ? (enum part)part : PART_COUNT;
        }
    }
    if (unusable == PART_COUNT)
        unusable = material_judge(material);
    if (unusable == PART_COUNT)
        return true;
    material_deinit(material);
    log_write(LOG_ERROR, "credentials_unusable", log_text("file", credentials->files[unusable]),
              log_text("reason", unusable == PRIVATE_KEY ? "no private key of the certificate"
                                                         : "cannot be read or is no PEM"));
    return false;
}

/* With the mutex held. Keeps what there is when the new files are no use: rotation replaces them
 * one after another. */
static void shelf_look(const struct credentials *credentials, struct shelf *shelf)
{
    int64_t now_us = clock_monotonic_us();
    if (shelf->looked_us != 0 && now_us - shelf->looked_us < LOOK_INTERVAL_US)
        return;
    shelf->looked_us = now_us;
    bool changed = false;
    for (int part = 0; part < PART_COUNT; part++) {
        struct stamp stamp = file_stamp(credentials->files[part]);
        changed = changed || !stamp_equal(stamp, shelf->stamps[part]);
        shelf->stamps[part] = stamp;
    }
    struct material material;
    if ((changed || shelf->generation == 0) && material_read(credentials, &material)) {
        material_deinit(&shelf->material);
        shelf->material = material;
        shelf->generation++;
        log_write(LOG_INFO, "credentials_read",
                  log_int64("generation", (int64_t)shelf->generation));
    }
}

/* ---- life ---- */

struct credentials *credentials_new(const struct credentials_settings *settings)
{
    if (text_is_empty(settings->certificate_file) && text_is_empty(settings->private_key_file) &&
        text_is_empty(settings->authority_file))
        return NULL;
    struct credentials *credentials = allocate(sizeof *credentials);
    credentials->files[CERTIFICATE] = duplicate(settings->certificate_file);
    credentials->files[PRIVATE_KEY] = duplicate(settings->private_key_file);
    credentials->files[AUTHORITY] = duplicate(settings->authority_file);
    credentials->name_override = duplicate(settings->name_override);
    credentials->peer_certificate_required = settings->peer_certificate_required;
    credentials->fetchers = allocate(sizeof *credentials->fetchers);
    credentials->shelf = allocate(sizeof *credentials->shelf);
    pthread_mutex_init(&credentials->shelf->mutex, NULL);
    if (credentials_generation(credentials) == 0) {
        credentials_free(credentials);
        return NULL;
    }
    return credentials;
}

void credentials_free(struct credentials *credentials)
{
    if (credentials == NULL)
        return;
    while (*credentials->fetchers != NULL) {
        struct fetcher *fetcher = *credentials->fetchers;
        *credentials->fetchers = fetcher->next;
        free(fetcher);
    }
    for (int part = 0; part < PART_COUNT; part++)
        free(credentials->files[part]);
    material_deinit(&credentials->shelf->material);
    pthread_mutex_destroy(&credentials->shelf->mutex);
    free(credentials->shelf);
    free(credentials->fetchers);
    free(credentials->name_override);
    free(credentials);
}

uint64_t credentials_generation(const struct credentials *credentials)
{
    if (credentials == NULL)
        return 0;
    pthread_mutex_lock(&credentials->shelf->mutex);
    shelf_look(credentials, credentials->shelf);
    uint64_t generation = credentials->shelf->generation;
    pthread_mutex_unlock(&credentials->shelf->mutex);
    return generation;
}

const char *credentials_name_override(const struct credentials *credentials)
{
    return credentials == NULL ? "" : credentials->name_override;
}

/* ---- for servers ---- */

static bool is_fit_for_server(const struct credentials *credentials)
{
    if (text_is_empty(credentials->files[CERTIFICATE])) {
        log_write(LOG_ERROR, "credentials_unfit",
                  log_text("reason", "a server needs a certificate and its private key"));
        return false;
    }
    if (credentials->peer_certificate_required && text_is_empty(credentials->files[AUTHORITY])) {
        log_write(LOG_ERROR, "credentials_unfit",
                  log_text("reason", "mutual TLS needs an authority to verify peers with"));
        return false;
    }
    return true;
}

static grpc_ssl_client_certificate_request_type request_type(const struct credentials *credentials)
{
    if (text_is_empty(credentials->files[AUTHORITY]))
        return GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE;
    return credentials->peer_certificate_required
               ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
               : GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY;
}

/* Asked before every handshake, on gRPC's threads. */
static grpc_ssl_certificate_config_reload_status fetch(void *data,
                                                       grpc_ssl_server_certificate_config **config)
{
    struct fetcher *fetcher = data;
    struct shelf *shelf = fetcher->credentials->shelf;
    grpc_ssl_certificate_config_reload_status answer = GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    pthread_mutex_lock(&shelf->mutex);
    shelf_look(fetcher->credentials, shelf);
    if (fetcher->generation != shelf->generation) {
        char **texts = shelf->material.texts;
        grpc_ssl_pem_key_cert_pair pair = {.private_key = texts[PRIVATE_KEY],
                                           .cert_chain = texts[CERTIFICATE]};
        const char *roots = texts[AUTHORITY] == NULL
                                ? texts[CERTIFICATE]
                                : texts[AUTHORITY]; /* gRPC wants some, even to ask nobody */
        *config = grpc_ssl_server_certificate_config_create(roots, &pair, 1);
        fetcher->generation = shelf->generation;
        answer = GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
    }
    pthread_mutex_unlock(&shelf->mutex);
    return answer;
}

struct grpc_server_credentials *credentials_for_server(const struct credentials *credentials)
{
    if (credentials == NULL)
        return grpc_insecure_server_credentials_create();
    if (!is_fit_for_server(credentials))
        return NULL;
    struct fetcher *fetcher = allocate(sizeof *fetcher);
    *fetcher = (struct fetcher){.credentials = credentials, .next = *credentials->fetchers};
    *credentials->fetchers = fetcher;
    grpc_ssl_server_credentials_options *options =
        grpc_ssl_server_credentials_create_options_using_config_fetcher(request_type(credentials),
                                                                        fetch, fetcher);
    return grpc_ssl_server_credentials_create_with_options(options);
}

/* ---- for channels ---- */

struct grpc_channel_credentials *credentials_for_channel(const struct credentials *credentials)
{
    if (credentials == NULL)
        return grpc_insecure_credentials_create();
    pthread_mutex_lock(&credentials->shelf->mutex);
    char **texts = credentials->shelf->material.texts;
    grpc_ssl_pem_key_cert_pair pair = {.private_key = texts[PRIVATE_KEY],
                                       .cert_chain = texts[CERTIFICATE]};
    grpc_channel_credentials *channel = grpc_ssl_credentials_create(
        texts[AUTHORITY], texts[CERTIFICATE] == NULL ? NULL : &pair, NULL, NULL);
    pthread_mutex_unlock(&credentials->shelf->mutex);
    return channel;
}
