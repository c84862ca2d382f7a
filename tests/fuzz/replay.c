/* Stands in for libFuzzer: each file of the folders that are named is handed to the target once. */
#include <glib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gint
by_bytes(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(gchar *const *)a, *(gchar *const *)b);
}

static GPtrArray *
list_files(const gchar *folder)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    const gchar *name;

    if (dir == NULL)
        g_error("%s", error->message);
    while ((name = g_dir_read_name(dir)) != NULL)
        g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    g_ptr_array_sort(paths, by_bytes);
    return paths;
}

int
main(int argc, char **argv)
{
    guint n = 0;

    for (gint i = 1; i < argc; i++) {
        g_autoptr(GPtrArray) paths = list_files(argv[i]);

        for (guint j = 0; j < paths->len; j++) {
            g_autofree gchar *bytes = NULL, *name = g_path_get_basename(paths->pdata[j]);
            g_autoptr(GError) error = NULL;
            gsize size;

            if (!g_file_get_contents(paths->pdata[j], &bytes, &size, &error))
                g_error("%s", error->message);
            LLVMFuzzerTestOneInput((const guint8 *)bytes, size);
            g_print("ok %u - %s\n", ++n, name);
        }
    }
    g_print("1..%u\n", n);
    return n > 0 ? 0 : 1;
}
