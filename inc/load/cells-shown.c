#define G_LOG_DOMAIN "qy-load"

#include "load/cells.h"

#define SHOWN_CHARACTERS 200 /* F10 */
#define MASK "***"

gchar *
qy_cell_shown(const gchar *text, gsize length, gboolean mask_all)
{
    const gchar *p = text, *end = text + length;
    g_autofree gchar *safe = NULL;

    if (length == 0)
        return g_strdup("");
    /* All of it: a name often stands beside the number. */
    if (mask_all || qy_cell_is_personal(text, length))
        return g_strdup(MASK);
    for (guint n = 0; n < SHOWN_CHARACTERS && p < end; n++)
        do
            p++;
        while (p < end && ((guchar)*p & 0xC0) == 0x80);
    safe = qy_text_safe(text, p - text);
    return p < end ? g_strconcat(safe, "…", NULL) : g_steal_pointer(&safe);
}

/* Sentences: what was found, and what would be right. */
static const QySay sentences[] = {
    [QY_HINT_NONE] = {"“{value}” can't be read", "无法识别“{value}”"},
    [QY_HINT_TWO_DIGIT_YEAR] = {"the year of “{value}” has two digits; write it in full, as in 2026-07-05",
                                "“{value}”的年份只有两位；请写全，如 2026-07-05"},
    [QY_HINT_MONTH_FIRST] = {"“{value}” doesn't begin with the year; write year, month, day, as in 2026-07-05",
                             "“{value}”不是年份在前；请按年、月、日填写，如 2026-07-05"},
    [QY_HINT_EIGHT_DIGITS] = {"“{value}” is eight digits in a row; write it with separators, as in 2026-07-05",
                              "“{value}”是连写的八位数字；请加分隔符，如 2026-07-05"},
    [QY_HINT_SERIAL] = {"“{value}” looks like a spreadsheet's serial number of a day; format the column as a date "
                        "(yyyy-mm-dd) and export it again",
                        "“{value}”像是电子表格的日期序列号；请把该列设为日期格式（yyyy-mm-dd）后重新导出"},
    [QY_HINT_NO_SUCH_DAY] = {"there is no day “{value}”", "没有“{value}”这一天"},
    [QY_HINT_BAD_TIME] = {"what follows the date in “{value}” isn't a time of day from 0:00 to 23:59:59",
                          "“{value}”中日期之后不是 0:00 至 23:59:59 的时间"},
    [QY_HINT_SCIENTIFIC] =
        {"“{value}” is in scientific notation, so digits are lost; format the column as text and take "
         "the value from its source again",
         "“{value}”是科学计数法，位数已丢失；请把该列设为文本格式后从原始数据重新取值"},
    [QY_HINT_PLACEHOLDER] = {"“{value}” stands for nothing; leave the cell empty, or map it in assessment.ini",
                             "“{value}”表示没有值；请留空，或在 assessment.ini 中作映射"},
    [QY_HINT_GROUPING] = {"the digits of “{value}” aren't grouped in threes; write the number without commas",
                          "“{value}”不是三位一组；请不加逗号填写"},
    [QY_HINT_UNIT_OR_SIGN] = {"“{value}” has more in it than a number; write the number alone, without unit, sign or "
                              "brackets",
                              "“{value}”不只是数字；请只填数字，不带单位、符号或括号"},
    [QY_HINT_PERCENT] = {"“{value}” is a percentage; write the number itself", "“{value}”是百分数；请填写数值本身"},
    [QY_HINT_FRACTION_DIGITS] = {"“{value}” has more than {digits} digits behind the point",
                                 "“{value}”的小数超过 {digits} 位"},
    [QY_HINT_TOO_LARGE] = {"“{value}” is too large to be held exactly", "“{value}”过大，无法精确保存"},
    [QY_HINT_BELOW_LOW] = {"“{value}” is below {low}", "“{value}”小于 {low}"},
    [QY_HINT_ABOVE_HIGH] = {"“{value}” is above {high}", "“{value}”大于 {high}"},
    [QY_HINT_TOO_LONG] = {"“{value}” is longer than 64 bytes", "“{value}”超过 64 个字节"},
    [QY_HINT_FORMULA_ERROR] = {"“{value}” is what a spreadsheet shows instead of a value; correct the cell there",
                               "“{value}”是电子表格的错误值；请在原表中改正"},
    [QY_HINT_WORD] = {"“{value}” is a word where a number or a date is asked for; map it in assessment.ini",
                      "“{value}”是文字，此处应为数字或日期；可在 assessment.ini 中作映射"},
};

QySay
qy_cell_hint_text(QyCellHint hint)
{
    g_return_val_if_fail((guint)hint < G_N_ELEMENTS(sentences), sentences[QY_HINT_NONE]);
    return sentences[hint];
}

QySayText
qy_cell_hint_say(QyCellHint hint, const gchar *text, gsize length, guint scale, gint64 low, gint64 high)
{
    static const gchar *const names[] = {"value", "low", "high", "digits", "date", NULL};
    static const QySay serial = {
        "“{value}” looks like a spreadsheet's serial number of {date}; format the column as a "
        "date (yyyy-mm-dd) and export it again",
        "“{value}”像是电子表格中 {date} 的日期序列号；请把该列设为日期格式（yyyy-mm-dd）后重新导出"};
    g_autofree gchar *value = qy_cell_shown(text, length, FALSE);
    g_autofree gchar *low_text = qy_decimal_text(low, scale), *high_text = qy_decimal_text(high, scale);
    g_autofree gchar *digits = g_strdup_printf("%u", scale);
    gchar date[QY_DATE_TEXT_BYTES];
    gboolean is_serial = hint == QY_HINT_SERIAL;
    QyDate day = is_serial ? qy_cell_serial_date(text, length) : QY_DATE_NONE;
    const gchar *values[] = {value, low_text, high_text, digits, qy_date_text(day, date)};

    return qy_say_fill(day != QY_DATE_NONE ? serial : qy_cell_hint_text(hint), names, values);
}
