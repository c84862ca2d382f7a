#define G_LOG_DOMAIN "qy-load"

#include "load/cells.h"

#include <string.h>

#define MOBILE_DIGITS 11
#define IDENTITY_DIGITS 18
#define MAX_GROUPS 32 /* looked at together */
#define SPANNED_GROUPS                                                                                                 \
    IDENTITY_DIGITS /* no number has more; so many of the last are looked at again with what follows */

/* --- values (P2) --- */

/* Digits without anything between them. */
typedef struct {
    gchar digits[24]; /* ASCII, NUL-terminated; of a longer group the first 20 */
    guint n;          /* all of them; an X that may end an identity number is not one */
    gboolean then_x;
    gboolean glued; /* to an ASCII letter, as ids are; not "Tel" and the like */
} Group;

/* A digit at @p, ASCII or full-width. Returns: its bytes, 0 when there is none */
static inline guint
digit_at(const gchar *p, const gchar *end, gchar *digit)
{
    if (p < end && g_ascii_isdigit(*p)) {
        *digit = *p;
        return 1;
    }
    if (end - p >= 3 && memcmp(p, "\xEF\xBC", 2) == 0 && (guchar)p[2] >= 0x90 && (guchar)p[2] <= 0x99) {
        *digit = (gchar)((guchar)p[2] - 0x90 + '0');
        return 3;
    }
    return 0;
}

/* What may stand between the groups of one number. */
static guint
separator_at(const gchar *p, const gchar *end)
{
    static const gchar *const wide[] = {"\xC2\xA0",     "\xE3\x80\x80", "\xEF\xBC\x8D", "\xEF\xBC\x8E", "\xE2\x80\x90",
                                        "\xE2\x80\x91", "\xE2\x80\x92", "\xE2\x80\x93", "\xE2\x80\x94", "\xC2\xB7"};

    if (p < end && (*p == ' ' || *p == '-' || *p == '.' || *p == '\t'))
        return 1;
    for (guint i = 0; i < G_N_ELEMENTS(wide); i++)
        if ((gsize)(end - p) >= strlen(wide[i]) && memcmp(p, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    return 0;
}

/* Whether the letters before @p make what follows part of an id: "L13900000001" is one, "Tel13900000001" isn't. */
static gboolean
is_glued(const gchar *begin, const gchar *p)
{
    static const gchar *const words[] = {"tel", "telephone", "phone",  "cellphone", "mobile", "mob", "mp",
                                         "wx",  "vx",        "wechat", "weixin",    "qq",     NULL};
    const gchar *word = p;

    while (word > begin && g_ascii_isalpha(word[-1]))
        word--;
    if (word == p)
        return p > begin && p[-1] == '_';
    for (guint i = 0; words[i] != NULL; i++)
        if (strlen(words[i]) == (gsize)(p - word) && g_ascii_strncasecmp(word, words[i], p - word) == 0)
            return FALSE;
    return TRUE;
}

/* The group that begins at @p, a digit. Returns: behind it */
static const gchar *
take_group(const gchar *begin, const gchar *p, const gchar *end, Group *out)
{
    guint bytes;
    gchar digit;

    out->n = 0;
    out->glued = is_glued(begin, p);
    for (; (bytes = digit_at(p, end, &digit)) > 0; p += bytes, out->n++)
        if (out->n < 20)
            out->digits[out->n] = digit;
    out->digits[MIN(out->n, 20)] = 0;
    out->then_x = p < end && (*p == 'X' || *p == 'x');
    if (!out->then_x && end - p >= 3 && (memcmp(p, "Ｘ", 3) == 0 || memcmp(p, "ｘ", 3) == 0))
        out->then_x = TRUE;
    else if (!out->then_x && p < end && (g_ascii_isalpha(*p) || *p == '_'))
        out->glued = TRUE;
    return p;
}

static gboolean
is_mobile(const gchar *digits)
{
    return digits[0] == '1' && digits[1] >= '3' && digits[1] <= '9';
}

/* GB 11643-1999: 17 digits and a check character, ISO 7064 MOD 11-2. */
static gboolean
is_identity(const gchar *digits, gboolean x)
{
    static const guint8 weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    guint sum = 0, check;
    gint year = 0;

    for (guint i = 0; i < 17; i++)
        sum += weights[i] * (digits[i] - '0');
    check = (12 - sum % 11) % 11;
    if (x ? check != 10 : check != (guint)(digits[17] - '0'))
        return FALSE;
    for (guint i = 6; i < 10; i++)
        year = year * 10 + digits[i] - '0';
    return digits[0] >= '1' && digits[0] <= '8' && year >= 1850 && year <= 2150 &&
           qy_date_from_ymd(year, (digits[10] - '0') * 10 + digits[11] - '0',
                            (digits[12] - '0') * 10 + digits[13] - '0') != QY_DATE_NONE;
}

/* How many digits of a country code the group begins with: 86, 0086. */
static guint
country_code(const gchar *digits, guint n)
{
    if (n > 2 && strncmp(digits, "86", 2) == 0)
        return 2;
    return n > 4 && strncmp(digits, "0086", 4) == 0 ? 4 : 0;
}

/* A mobile number in one group, or in several as people write it: 3-4-4, 3-8, 7-4, and any that begins with 3. */
static gboolean
begins_mobile(const Group *groups, guint n_groups)
{
    gchar digits[MOBILE_DIGITS + 1];
    guint skip = country_code(groups[0].digits, groups[0].n), n = 0;
    guint first = groups[0].n - skip;

    if (first != MOBILE_DIGITS && first != 3 && first != 7) {
        skip = 0;
        first = groups[0].n;
    }
    if (groups[0].glued || (first != MOBILE_DIGITS && first != 3 && first != 7))
        return FALSE;
    for (guint i = 0; i < n_groups && n < MOBILE_DIGITS; i++) {
        guint from = i == 0 ? skip : 0, length = groups[i].n - from;

        if (n + length > MOBILE_DIGITS || groups[i].glued)
            return FALSE;
        memcpy(digits + n, groups[i].digits + from, length);
        n += length;
    }
    return n == MOBILE_DIGITS && is_mobile(digits);
}

/* An identity number in one group, or as 6-8-4. */
static gboolean
begins_identity(const Group *groups, guint n_groups)
{
    gchar digits[IDENTITY_DIGITS + 1];
    guint n = 0, n_used = 0;

    if (groups[0].n != 18 && groups[0].n != 17 && groups[0].n != 6)
        return FALSE;
    while (n_used < n_groups && n < 17 && n + groups[n_used].n <= IDENTITY_DIGITS) {
        if (n_used == 1 && groups[1].n != 8)
            return FALSE;
        memcpy(digits + n, groups[n_used].digits, groups[n_used].n);
        n += groups[n_used++].n;
    }
    if (n == 18)
        return is_identity(digits, FALSE);
    return n == 17 && groups[n_used - 1].then_x && is_identity(digits, TRUE);
}

static gboolean
any_personal(const Group *groups, guint n_groups)
{
    for (guint i = 0; i < n_groups; i++)
        if (begins_mobile(groups + i, n_groups - i) || begins_identity(groups + i, n_groups - i))
            return TRUE;
    return FALSE;
}

static gboolean
search_personal(const gchar *text, const gchar *end)
{
    Group groups[MAX_GROUPS];
    guint n = 0, bytes;
    gchar digit;

    for (const gchar *p = text; p < end;) {
        const gchar *behind = p;

        if (digit_at(p, end, &digit) == 0) {
            p++;
            continue;
        }
        p = behind = take_group(text, p, end, &groups[n++]);
        while (behind - p < 4 && (bytes = separator_at(behind, end)) > 0)
            behind += bytes;
        if (behind == p || digit_at(behind, end, &digit) == 0) {
            if (any_personal(groups, n))
                return TRUE;
            n = 0;
        } else if (n == MAX_GROUPS) {
            if (any_personal(groups, n))
                return TRUE;
            n = SPANNED_GROUPS;
            memmove(groups, groups + MAX_GROUPS - n, n * sizeof *groups);
        }
        p = behind;
    }
    return FALSE;
}

gboolean
qy_cell_is_personal(const gchar *text, gsize length)
{
    guint n_digits = 0;

    if (G_LIKELY(length < MOBILE_DIGITS))
        return FALSE;
    /* The last byte of a full-width digit is 0x90..0x99; other characters have such bytes too, and only cost a look. */
    for (gsize i = 0; i < length; i++)
        n_digits += (guchar)(text[i] - '0') <= 9 || (guchar)(text[i] - 0x90) <= 9;
    return n_digits >= MOBILE_DIGITS && search_personal(text, text + length);
}

/* --- headers (P1) --- */

static gboolean
has_chinese_word(const gchar *header)
{
    static const gchar *const words[] = {"姓名",     "名字",   "手机",   "电话",     "联系方式", "联系人",
                                         "联系号码", "身份证", "证件号", "证件号码", "住址",     "地址",
                                         "门牌",     "微信",   "邮箱",   "电邮",     "户主",     "住户名"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(header, words[i]) != NULL)
            return TRUE;
    return FALSE;
}

static gboolean
is_word_of(const gchar *word, gsize length, const gchar *const *list)
{
    for (; *list != NULL; list++)
        if (strlen(*list) == length && g_ascii_strncasecmp(word, *list, length) == 0)
            return TRUE;
    return FALSE;
}

gboolean
qy_header_is_personal(const gchar *header)
{
    static const gchar *const personal[] = {
        "phone",       "phones",   "telephone", "tel",      "mobile",    "cellphone", "mobilephone",
        "phonenumber", "phoneno",  "name",      "names",    "fullname",  "realname",  "surname",
        "firstname",   "lastname", "username",  "nickname", "identity",  "idcard",    "idnumber",
        "idno",        "passport", "ssn",       "address",  "addresses", "addr",      "homeaddress",
        "email",       "mail",     "wechat",    "weixin",   "qq",        NULL};
    /* "community_name" isn't a person's. */
    static const gchar *const things[] = {"community", "unit",         "project",      "area",    "street",
                                          "compound",  "building",     "item",         "file",    "school",
                                          "shop",      "organisation", "organization", "company", "activity",
                                          "event",     "table",        "sheet",        NULL};
    gboolean found = FALSE, is_name = FALSE, of_thing = FALSE, last_was_id = FALSE;

    if (has_chinese_word(header))
        return TRUE;
    for (const gchar *p = header; *p != 0;) {
        gsize length = 0;

        while (g_ascii_isalpha(p[length]))
            length++;
        if (length == 0) {
            p++;
            continue;
        }
        if (g_ascii_strncasecmp(p, "name", 4) == 0 && length <= 5)
            is_name = TRUE;
        else
            found |= is_word_of(p, length, personal);
        of_thing |= is_word_of(p, length, things);
        /* "id card", "id_number", "id no" */
        found |= last_was_id && is_word_of(p, length, (const gchar *const[]){"card", "number", "no", NULL});
        last_was_id = length == 2 && g_ascii_strncasecmp(p, "id", 2) == 0;
        p += length;
    }
    return found || (is_name && !of_thing);
}
