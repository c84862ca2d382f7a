#define G_LOG_DOMAIN "qy-cli"

#include "cli/cli.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>
#include <string.h>

/* The folder of the running program; in a build tree BUILD/engine/cli, installed PREFIX/bin. */
static gchar *
program_folder(void)
{
    g_autofree gchar *program = g_file_read_link("/proc/self/exe", NULL);

    return program != NULL ? g_path_get_dirname(program) : NULL;
}

/* The first of the places that holds @name. */
static gchar *
find_place(const gchar *const *places, const gchar *name)
{
    g_autofree gchar *program = program_folder();

    for (guint i = 0; places[i] != NULL; i++) {
        g_autofree gchar *folder = NULL;
        g_autofree gchar *file = NULL;
        if (places[i][0] != '/' && program == NULL)
            continue;
        folder = places[i][0] == '/' ? g_strdup(places[i]) : g_build_filename(program, places[i], NULL);
        file = g_build_filename(folder, name, NULL);
        if (g_file_test(file, G_FILE_TEST_EXISTS))
            return g_canonicalize_filename(folder, NULL);
    }
    return NULL;
}

static gboolean
environment_is_chinese(void)
{
    static const gchar *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

    for (guint i = 0; i < G_N_ELEMENTS(variables); i++) {
        const gchar *value = g_getenv(variables[i]);
        if (value != NULL && *value != '\0')
            return g_str_has_prefix(value, "zh");
    }
    return FALSE;
}

gboolean
qy_place_language(const gchar *lang)
{
    gboolean chinese = lang != NULL ? strcmp(lang, "zh") == 0 : environment_is_chinese();
    /* Build tree, beside an installed program, where it was configured to be. */
    const gchar *places[] = {g_getenv("QIYUE_LOCALEDIR"), "../../po", "../share/locale", QIYUE_LOCALEDIR, NULL};
    g_autofree gchar *folder = NULL;

    folder = find_place(places[0] != NULL ? places : places + 1, "zh_CN/LC_MESSAGES/qiyue.mo");
    if (!chinese || folder == NULL)
        return chinese;
    /* No zh_CN locale is needed: any locale but "C" makes gettext follow LANGUAGE. Numbers stay those of "C". */
    g_setenv("LANGUAGE", "zh_CN", TRUE);
    setlocale(LC_MESSAGES, "C.UTF-8");
    bindtextdomain(GETTEXT_PACKAGE, folder);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    return chinese;
}

gchar *
qy_place_rules(const gchar *pack)
{
    const gchar *places[] = {g_getenv("QIYUE_RULES"), "../../../rules", "../share/qiyue/rules",
                             (QIYUE_DATADIR "/rules"), NULL};
    g_autofree gchar *folder = find_place(places[0] != NULL ? places : places + 1, pack);

    return folder != NULL ? g_build_filename(folder, pack, NULL) : NULL;
}

gboolean
qy_place_empty_folder(const gchar *folder, gboolean *made, GError **error)
{
    g_autoptr(GDir) dir = NULL;
    g_autoptr(GError) local = NULL;

    *made = !g_file_test(folder, G_FILE_TEST_EXISTS);
    if (g_mkdir_with_parents(folder, 0755) != 0) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, _("%s can't be made: %s"), folder, g_strerror(errno));
        return FALSE;
    }
    dir = g_dir_open(folder, 0, &local);
    if (dir == NULL) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, _("%s can't be read: %s"), folder, local->message);
        return FALSE;
    }
    if (g_dir_read_name(dir) != NULL) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE,
                    _("%s is not empty: name a new or an empty folder, nothing is ever overwritten"), folder);
        return FALSE;
    }
    return TRUE;
}

void
qy_place_clear_folder(const gchar *folder, gboolean made)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const gchar *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree gchar *path = g_build_filename(folder, name, NULL);
        g_unlink(path);
    }
    if (made)
        g_rmdir(folder);
}
