/* The name of the peer at the other end of a connection, from its certificate. */
#include <grpc/grpc_security.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "runtime/base/text.h"
#include "runtime/rpc/credentials.h"

/* Names differ in how they are read, so a certificate with two has none. */
static const char *only_property(const grpc_auth_context *context, const char *name,
                                 struct arena *arena)
{
    grpc_auth_property_iterator values = grpc_auth_context_find_properties_by_name(context, name);
    const grpc_auth_property *value = grpc_auth_property_iterator_next(&values);
    if (value == NULL || grpc_auth_property_iterator_next(&values) != NULL)
        return "";
    return arena_strndup(arena, value->value, value->value_length);
}

const char *credentials_peer_identity(struct grpc_call *call, struct arena *arena)
{
    const char *identity = "";
    grpc_auth_context *context = grpc_call_auth_context(call);
    if (context != NULL && grpc_auth_context_peer_is_authenticated(context))
        identity = only_property(context, GRPC_PEER_URI_PROPERTY_NAME, arena);
    grpc_auth_context_release(context);
    return identity;
}

#define CERTIFICATE_BYTES_MAX 8192

static const char *only_uri(const GENERAL_NAMES *names, struct arena *arena)
{
    const ASN1_IA5STRING *found = NULL;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI)
            continue;
        if (found != NULL)
            return "";
        found = name->d.uniformResourceIdentifier;
    }
    if (found == NULL)
        return "";
    const char *text = arena_strndup(arena, (const char *)ASN1_STRING_get0_data(found),
                                     (size_t)ASN1_STRING_length(found));
    return text_is_clean(text, CERTIFICATE_BYTES_MAX) ? text : "";
}

static X509 *certificate_decode(const uint8_t *base64, size_t size)
{
    uint8_t der[CERTIFICATE_BYTES_MAX];
    const uint8_t *start = der;
    if (size == 0 || size % 4 != 0 || size / 4 * 3 > sizeof der)
        return NULL;
    int length = EVP_DecodeBlock(der, base64, (int)size);
    if (length <= 0)
        return NULL;
    while (size > 0 && base64[size - 1] == '=' && length > 0) {
        length--;
        size--;
    }
    return d2i_X509(NULL, &start, length);
}

const char *credentials_identity_of(const uint8_t *base64, size_t size, struct arena *arena)
{
    X509 *certificate = certificate_decode(base64, size);
    GENERAL_NAMES *names = certificate == NULL
                               ? NULL
                               : X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    const char *identity = names == NULL ? "" : only_uri(names, arena);
    GENERAL_NAMES_free(names);
    X509_free(certificate);
    ERR_clear_error();
    return identity;
}
