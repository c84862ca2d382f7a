#define G_LOG_DOMAIN "qy-load"

#include <openssl/evp.h>

#include "load/reader-private.h"

/* Bytes at a step, so that the scan beside it finds them in the caches. */
#define STEP_BYTES (256 * 1024)
/* Smaller files are read before a thread would be under way. */
#define THREAD_MIN_BYTES (1024 * 1024)

struct _QyDigest {
    const gchar *data;
    gsize size;
    gint cancelled;  /* atomic */
    GThread *thread; /* NULL: too small for one */
};

static gpointer
compute(gpointer data)
{
    QyDigest *self = data;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    guint8 bytes[EVP_MAX_MD_SIZE];
    guint length = 0;
    GString *hex;

    /* libcrypto refuses only when it is out of memory or was built without SHA-256. */
    if (context == NULL || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
        g_error("libcrypto has no SHA-256");
    for (gsize at = 0; at < self->size && !g_atomic_int_get(&self->cancelled); at += STEP_BYTES)
        EVP_DigestUpdate(context, self->data + at, MIN(STEP_BYTES, self->size - at));
    EVP_DigestFinal_ex(context, bytes, &length);
    EVP_MD_CTX_free(context);
    hex = g_string_sized_new(2 * length);
    for (guint i = 0; i < length; i++)
        g_string_append_printf(hex, "%02x", bytes[i]);
    return g_string_free(hex, FALSE);
}

QyDigest *
qy_digest_begin(const gchar *data, gsize size)
{
    QyDigest *self = g_new0(QyDigest, 1);

    self->data = data;
    self->size = size;
    if (size >= THREAD_MIN_BYTES)
        self->thread = g_thread_new("qy-digest", compute, self);
    return self;
}

gchar *
qy_digest_end(QyDigest *self)
{
    gchar *hex = self->thread != NULL ? g_thread_join(self->thread) : compute(self);

    g_free(self);
    return hex;
}

void
qy_digest_cancel(QyDigest *self)
{
    g_atomic_int_set(&self->cancelled, 1);
    g_free(qy_digest_end(self));
}
