/* Any bytes: every chunk size and every kind of machine code reads the same records, and those that a plain reader
 * finds; cells are read without a fault.
 *
 * A search for more inputs:
 *   CC=clang meson setup b-fuzz -Db_sanitize=address,undefined -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link
 *   ninja -C b-fuzz engine/base/libqy-base.a engine/load/libqy-load.a tests/support/libqy-plain-reader.a
 *   clang -g -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Iengine -Itests tests/fuzz/fuzz-reader.c \
 *     b-fuzz/tests/support/libqy-plain-reader.a b-fuzz/engine/load/libqy-load.a b-fuzz/engine/base/libqy-base.a \
 *     $(pkg-config --cflags --libs glib-2.0 libcrypto) -lm -o b-fuzz/fuzz-reader
 *   b-fuzz/fuzz-reader -dict=tests/fuzz/reader.dict NEW-CORPUS tests/fuzz/corpus-reader */
#include "load/cells.h"
#include "support/plain-reader.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const gchar *const kinds[] = {"portable", "sse2", "avx2", "avx512"};
static const gsize chunk_bytes[] = {64, 100, 1000, 0};

static void
read_cells(const gchar *text, gsize length)
{
    g_autofree gchar *shown = qy_cell_shown(text, length, FALSE);
    gboolean had_time = FALSE;
    QyCellHint hint = QY_HINT_NONE;
    gint64 number;
    QyDate date;

    g_assert_true(g_utf8_validate(shown, -1, NULL));
    if (qy_cell_date(text, length, &date, &had_time, &hint) == QY_CELL_GOOD)
        g_assert_cmpint(date, !=, QY_DATE_NONE);
    if (qy_cell_number(text, length, QY_SCALE_QUANTITY, 0, 1000, &number, &hint) == QY_CELL_GOOD)
        g_assert_true(number >= 0 && number <= 1000);
    qy_cell_id(text, length, &hint);
    qy_cell_is_personal(text, length);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree gchar *expected = NULL;

    for (guint k = 0; k < G_N_ELEMENTS(kinds); k++) {
        if (!qy_index_use(kinds[k]))
            continue;
        for (guint i = 0; i < G_N_ELEMENTS(chunk_bytes); i++) {
            g_autoptr(QyReader) reader =
                qy_reader_open_bytes("fuzz", g_bytes_new(data, size), NULL, chunk_bytes[i], NULL);
            g_autofree gchar *got = NULL;

            if (reader == NULL)
                return 0;
            got = engine_transcript(reader, 1);
            if (expected == NULL)
                expected = plain_transcript(reader); /* now that the encoding is settled */
            g_assert_cmpstr(got, ==, expected);
        }
    }
    read_cells((const gchar *)data, size);
    return 0;
}
