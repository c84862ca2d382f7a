#define G_LOG_DOMAIN "qy-cli"

#include <glib/gi18n-lib.h>
#include <gsl/gsl_version.h>
#include <lua.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "cli/cli.h"

static gint
run_version(const QyCliOptions *given, gint argc, gchar **argv)
{
    const GOptionEntry entries[] = {{NULL, 0, 0, 0, NULL, NULL, NULL}};
    QyCliOptions options = *given;
    gint status;

    if (!qy_options_parse(&qy_command_version, entries, NULL, &options, &argc, &argv, &status))
        return status;
    if (argc != 0)
        return qy_options_wrong(&qy_command_version, _("nothing goes behind it"));
    if (options.json)
        qy_say_out("{\"qiyue\":\"%s\",\"glib\":\"%u.%u.%u\",\"gsl\":\"%s\",\"lua\":\"%s.%s\",\"sqlite\":\"%s\","
                   "\"openssl\":\"%s\"}\n",
                   QIYUE_VERSION, glib_major_version, glib_minor_version, glib_micro_version, gsl_version,
                   LUA_VERSION_MAJOR "." LUA_VERSION_MINOR, LUA_VERSION_RELEASE, sqlite3_libversion(),
                   OpenSSL_version(OPENSSL_VERSION_STRING));
    else
        qy_say_out("qiyue %s\nGLib %u.%u.%u, GSL %s, %s, SQLite %s, %s\n", QIYUE_VERSION, glib_major_version,
                   glib_minor_version, glib_micro_version, gsl_version, LUA_RELEASE, sqlite3_libversion(),
                   OpenSSL_version(OPENSSL_VERSION));
    return QY_EXIT_DONE;
}

const QyCommand qy_command_version = {
    .name = "version",
    .usage = N_("[OPTION…]"),
    .summary = N_("Say the versions of the engine and of its libraries."),
    .run = run_version,
};
