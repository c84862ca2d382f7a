#define G_LOG_DOMAIN "qy-cli"

#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void
qy_say_out(const gchar *format, ...)
{
    va_list arguments;

    /* Not g_print(), which would turn UTF-8 into the locale's encoding. */
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

void
qy_say_error(const gchar *format, ...)
{
    va_list arguments;

    fputs("qiyue: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

gboolean
qy_terminal_colors(QyColorMode mode)
{
    const gchar *no_color = g_getenv("NO_COLOR"), *term = g_getenv("TERM");

    if (mode != QY_COLOR_AUTO)
        return mode == QY_COLOR_ALWAYS;
    if (no_color != NULL && *no_color != '\0')
        return FALSE;
    return isatty(STDOUT_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
}

guint
qy_terminal_width(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
        return size.ws_col;
    return 100;
}

gchar *
qy_terminal_count(guint64 n)
{
    g_autofree gchar *digits = g_strdup_printf("%" G_GUINT64_FORMAT, n);
    GString *out = g_string_new(NULL);
    gsize length = strlen(digits);

    for (gsize i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
    return g_string_free(out, FALSE);
}

gchar *
qy_terminal_lines(const gchar *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++) {
        gchar *safe = qy_text_safe(lines[i], -1);
        g_free(lines[i]);
        lines[i] = safe;
    }
    return g_strjoinv("\n", lines);
}
