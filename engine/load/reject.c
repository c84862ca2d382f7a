#define G_LOG_DOMAIN "qy-load"

#include "load/reject.h"

#include <string.h>

static const gchar *const code_names[] = {
    [QY_REJECT_FIELD_COUNT] = "field-count",
    [QY_REJECT_ENCODING] = "encoding",
    [QY_REJECT_QUOTE] = "quote",
    [QY_REJECT_REQUIRED] = "required",
    [QY_REJECT_UNREADABLE] = "unreadable",
    [QY_REJECT_RANGE] = "range",
    [QY_REJECT_WORD] = "word",
    [QY_REJECT_REFERENCE] = "reference",
    [QY_REJECT_DUPLICATE] = "duplicate",
    [QY_REJECT_INTERVAL] = "interval",
    [QY_REJECT_CASCADE] = "cascade",
    [QY_REJECT_PERSONAL] = "personal",
};

static const QySay sentences[] = {
    [QY_FAULT_FIELDS] = {"the row has {found} fields, the header {wanted}", "这一行有{found}个字段，表头有{wanted}个"},
    [QY_FAULT_BYTES] = {"holds bytes that {text} doesn't have; save the whole file as CSV UTF-8",
                        "含有{text}中没有的字节；请把整个文件另存为“CSV UTF-8”"},
    [QY_FAULT_QUOTE] = {"a quoted field is not closed where a field ends; the record takes {found} line(s)",
                        "引号没有在字段末尾闭合；这条记录占{found}行"},
    [QY_FAULT_EMPTY] = {"{column} is empty, and must not be", "“{column_zh}”为空，必须填写"},
    [QY_FAULT_NEITHER] = {"{column} and {other} are both empty; one of them must be filled",
                          "“{column_zh}”和“{other_zh}”都为空，必须填写其中一个"},
    [QY_FAULT_BOTH] = {"{column} and {other} are both filled; only one of them may be",
                       "“{column_zh}”和“{other_zh}”都填了，只能填写其中一个"},
    [QY_FAULT_CELL] = {"“{value}” can't be read as {kind}", "“{value}”不能读作{kind_zh}"},
    [QY_FAULT_WORD] = {"“{value}” is none of {words}", "“{value}”不是规定的用词（{words}）"},
    [QY_FAULT_UNKNOWN_ID] = {"{table} has no “{value}”", "“{table_zh}”表中没有“{value}”"},
    [QY_FAULT_LEVEL] = {"“{value}” is a {found_level}; a {wanted_level} must stand here",
                        "“{value}”的层级是{found_level}，这里应为{wanted_level}"},
    [QY_FAULT_NOT_WITHIN] = {"“{value}” does not lie in {text}", "“{value}”不在{text}之内"},
    [QY_FAULT_PARENT_LEVEL] = {"the area above, “{value}”, is a {found_level}, which can't hold a {wanted_level}",
                               "上级“{value}”的层级是{found_level}，不能包含{wanted_level}"},
    [QY_FAULT_TWO_LEVELS] = {"the category above, “{value}”, is itself below “{text}”; there are two levels only",
                             "上级类别“{value}”本身属于“{text}”；类别只有两级"},
    [QY_FAULT_DUPLICATE] = {"“{value}” stands in row {found} already; the first row stands",
                            "“{value}”在第{found}行已出现；以先出现的一行为准"},
    [QY_FAULT_INTERVAL] = {"{column} {value} is before {other} {text}", "“{column_zh}”{value}早于“{other_zh}”{text}"},
    [QY_FAULT_SCALE] = {"low must be below high, and top above low and not above high",
                        "最低分必须小于最高分，满意起点必须大于最低分且不大于最高分"},
    [QY_FAULT_ITEM_NAME] = {"“{value}” is a column of surveys already; give the item another name",
                            "“{value}”已是问卷表的列名；请给题目另起名称"},
    [QY_FAULT_CASCADE] = {"refers to “{value}” in {table}, which was refused",
                          "所引用的“{value}”在“{table_zh}”表中已被拒收"},
    [QY_FAULT_PERSONAL] = {"looks like a mobile or identity number; such data must not be in {file_table}",
                           "像是手机号或身份证号；“{file_table_zh}”表中不得有此类信息"},
};

static const QySay looks[] = {
    [QY_LOOK_TOTAL] = {"the row looks like a total", "这一行像是合计行"},
    [QY_LOOK_SIGNATURE] = {"the row looks like a signature or a remark below the table", "这一行像是表尾的落款或说明"},
    [QY_LOOK_HEADER] = {"the row looks like a repeated header", "这一行像是重复的表头"},
};

static const QySay kinds[] = {
    [QY_TYPE_ID] = {"an id", "编号"},
    [QY_TYPE_REF] = {"an id", "编号"},
    [QY_TYPE_TEXT] = {"an id", "编号"},
    [QY_TYPE_DATE] = {"a date", "日期"},
    [QY_TYPE_INTEGER] = {"a whole number", "整数"},
    [QY_TYPE_QUANTITY] = {"a number", "数量"},
    [QY_TYPE_WEIGHT] = {"a number", "数值"},
    [QY_TYPE_WORD] = {"a word of the list", "规定的用词"},
    [QY_TYPE_ITEM] = {"an answer", "答案"},
};

const gchar *
qy_reject_code_name(QyRejectCode code)
{
    return code_names[code];
}

const gchar *
qy_reject_column(const QyReject *self, const QyRejectPlace *place)
{
    if (self->column >= 0)
        return place->def->columns[self->column].name;
    if (self->field >= 0 && (guint)self->field < place->n_headers)
        return place->headers[self->field];
    return "";
}

static guint
scale_of(QyType type)
{
    return type == QY_TYPE_QUANTITY ? QY_SCALE_QUANTITY : type == QY_TYPE_WEIGHT ? QY_SCALE_WEIGHT : 0;
}

/* Names and values for qy_say_fill(); the values are owned. */
typedef struct {
    const gchar *names[24];
    gchar *values[24];
    guint n;
} Fill;

static void
fill_in(Fill *fill, const gchar *name, gchar *value)
{
    g_assert(fill->n + 1 < G_N_ELEMENTS(fill->names));
    fill->names[fill->n] = name;
    fill->values[fill->n++] = value != NULL ? value : g_strdup("");
}

static void
fill_column(Fill *fill, const QyReject *self, const QyRejectPlace *place)
{
    const QyColumnDef *column = self->column >= 0 ? &place->def->columns[self->column] : NULL;

    fill_in(fill, "column", g_strdup(qy_reject_column(self, place)));
    fill_in(fill, "column_zh", g_strdup(column != NULL ? column->alias_zh : qy_reject_column(self, place)));
    if (self->kind == QY_FAULT_NEITHER || self->kind == QY_FAULT_BOTH || self->kind == QY_FAULT_INTERVAL) {
        fill_in(fill, "other", g_strdup(place->def->columns[self->number[0]].name));
        fill_in(fill, "other_zh", g_strdup(place->def->columns[self->number[0]].alias_zh));
    }
    if (column == NULL)
        return;
    fill_in(fill, "kind", g_strdup(kinds[column->type].en));
    fill_in(fill, "kind_zh", g_strdup(kinds[column->type].zh));
    if (column->type == QY_TYPE_WORD)
        fill_in(fill, "words", g_strjoinv(", ", (gchar **)column->words->words));
}

static void
fill_others(Fill *fill, const QyReject *self, const QyRejectPlace *place)
{
    fill_in(fill, "value", g_strdup(self->value));
    fill_in(fill, "text", g_strdup(self->text));
    fill_in(fill, "found", g_strdup_printf("%" G_GUINT64_FORMAT, self->number[0]));
    fill_in(fill, "wanted", g_strdup_printf("%" G_GUINT64_FORMAT, self->number[1]));
    fill_in(fill, "file_table", g_strdup(place->def->name));
    fill_in(fill, "file_table_zh", g_strdup(place->def->name_zh));
    if (self->kind == QY_FAULT_LEVEL || self->kind == QY_FAULT_PARENT_LEVEL) {
        fill_in(fill, "found_level", g_strdup(qy_level_name((QyLevel)self->number[0])));
        fill_in(fill, "wanted_level", g_strdup(qy_level_name((QyLevel)self->number[1])));
    } else if (self->kind == QY_FAULT_UNKNOWN_ID || self->kind == QY_FAULT_CASCADE) {
        const QyTableDef *table = qy_dictionary_table((QyTableId)self->number[0]);

        fill_in(fill, "table", g_strdup(table->name));
        fill_in(fill, "table_zh", g_strdup(table->name_zh));
    }
}

static QySayText
say_hint(const QyReject *self, const QyRejectPlace *place)
{
    const QyColumnDef *column = &place->def->columns[self->column];
    static const gchar *const names[] = {"value", NULL};

    if (self->hint == QY_HINT_FRACTION_DIGITS && scale_of(column->type) == 0)
        return qy_say_fill((QySay){"“{value}” is not a whole number", "“{value}”不是整数"}, names,
                           (const gchar *const[]){self->value});
    return qy_cell_hint_say((QyCellHint)self->hint, self->value, strlen(self->value), scale_of(column->type),
                            column->low, column->high);
}

/* Adds a further sentence behind "; ". */
static void
append(QySayText *reason, const gchar *mark, const gchar *mark_zh, QySay say, const Fill *fill)
{
    QySayText more = qy_say_fill(say, fill->names, (const gchar *const *)fill->values);
    gchar *en = g_strconcat(reason->en, mark, more.en, NULL), *zh = g_strconcat(reason->zh, mark_zh, more.zh, NULL);

    qy_say_text_clear(reason);
    qy_say_text_clear(&more);
    reason->en = en;
    reason->zh = zh;
}

/* The line of assessment.ini that would let the cell be read. Some hints end with "map it in assessment.ini"
 * already, and only the line is missing. */
static void
append_mapping(QySayText *reason, const QyReject *self, const QyRejectPlace *place, Fill *fill)
{
    const gboolean is_plain = strchr(self->value, '=') == NULL && *self->value != '"';
    const gboolean is_asked_for =
        self->kind == QY_FAULT_CELL && (self->hint == QY_HINT_PLACEHOLDER || self->hint == QY_HINT_WORD);
    static const QySay line = {"[values.{table_name}.{column}] {key} = {to}",
                               "[values.{table_name}.{column}] {key} = {to}"};
    static const QySay sentence = {"or map it in assessment.ini: [values.{table_name}.{column}] {key} = {to}",
                                   "或在 assessment.ini 中作映射：[values.{table_name}.{column}] {key} = {to}"};

    fill_in(fill, "table_name", g_strdup(place->def->name));
    fill_in(fill, "key", is_plain ? g_strdup(self->value) : g_strdup_printf("\"%s\"", self->value));
    fill_in(fill, "to", g_strdup(self->text != NULL ? self->text : "…"));
    append(reason, is_asked_for ? ": " : "; ", is_asked_for ? "：" : "；", is_asked_for ? line : sentence, fill);
}

/* Whether the cell may be a word of the user's own, such as "good" or the community's name. */
static gboolean
wants_mapping(const QyReject *self, const QyRejectPlace *place)
{
    QyType type;

    if (self->column < 0 || self->value == NULL || *self->value == '\0')
        return FALSE;
    type = place->def->columns[self->column].type;
    if (self->kind == QY_FAULT_WORD)
        return TRUE;
    if (self->kind == QY_FAULT_UNKNOWN_ID)
        return self->text == NULL && !g_str_is_ascii(self->value);
    if (self->kind != QY_FAULT_CELL || self->code != QY_REJECT_UNREADABLE)
        return FALSE;
    return self->hint == QY_HINT_PLACEHOLDER || self->hint == QY_HINT_WORD ||
           (type == QY_TYPE_ITEM && (self->hint == QY_HINT_UNIT_OR_SIGN || self->hint == QY_HINT_NONE));
}

QySayText
qy_reject_reason(const QyReject *self, const QyRejectPlace *place)
{
    Fill fill = {0};
    QySayText reason;

    fill_column(&fill, self, place);
    fill_others(&fill, self, place);
    if (self->kind == QY_FAULT_CELL && self->hint != QY_HINT_NONE)
        reason = say_hint(self, place);
    else
        reason = qy_say_fill(sentences[self->kind], fill.names, (const gchar *const *)fill.values);
    if (wants_mapping(self, place))
        append_mapping(&reason, self, place, &fill);
    if (self->kind == QY_FAULT_UNKNOWN_ID && self->text != NULL)
        append(&reason, "; ", "；", (QySay){"did you mean “{text}”?", "是否应为“{text}”？"}, &fill);
    if (self->kind == QY_FAULT_CASCADE && self->number[1] > 0)
        append(&reason, " ", "", (QySay){"(its row {wanted})", "（第{wanted}行）"}, &fill);
    if (self->look != QY_LOOK_NONE)
        append(&reason, "; ", "；", looks[self->look], &fill);
    for (guint i = 0; i < fill.n; i++)
        g_free(fill.values[i]);
    return reason;
}
