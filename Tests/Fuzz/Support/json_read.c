#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "utf8.h"

typedef struct json_reader {
  const char *next;
  const char *end;
  int depth;
} json_reader;

static value *read_value(json_reader *reader);

static void skip_space(json_reader *reader)
{
  while (reader->next < reader->end && memchr(" \n\r\t", *reader->next, 4)) reader->next++;
}

/* Whether `byte` comes next; moves over it and the space around it. */
static int accept(json_reader *reader, char byte)
{
  skip_space(reader);
  if (reader->next == reader->end || *reader->next != byte) return 0;
  reader->next++;
  skip_space(reader);
  return 1;
}

/* One character of an escape behind the backslash, as UTF-8; 0 for one that is left alone. */
static size_t read_escape(json_reader *reader, char *text)
{
  static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
  if (reader->next == reader->end) return 0;
  char name = *reader->next++;
  const char *known = name ? strchr(names, name) : NULL;
  if (known) {
    text[0] = bytes[known - names];
    return 1;
  }
  if (name != 'u' || reader->end - reader->next < 4) return 0;
  char digits[5] = {0};
  memcpy(digits, reader->next, 4);
  if (strspn(digits, "0123456789abcdefABCDEF") != 4) return 0;
  reader->next += 4;
  unsigned code = (unsigned)strtoul(digits, NULL, 16);
  if (code >= 0xD800 && code < 0xE000) return 0;
  if (code < 0x80) {
    text[0] = (char)code;
    return 1;
  }
  size_t length = code < 0x800 ? 2 : 3;
  text[0] = (char)(code < 0x800 ? 0xC0 | code >> 6 : 0xE0 | code >> 12);
  if (length == 3) text[1] = (char)(0x80 | (code >> 6 & 0x3F));
  text[length - 1] = (char)(0x80 | (code & 0x3F));
  return length;
}

/* The text of a string that begins at the cursor. */
static int read_text(json_reader *reader, const char **text, size_t *length)
{
  if (reader->next == reader->end || *reader->next != '"') return 0;
  const char *quote = ++reader->next;
  while (quote < reader->end && *quote != '"') quote += *quote == '\\' ? 2 : 1;
  if (quote >= reader->end) return 0;
  char *copy = document_take((size_t)(quote - reader->next) + 1);
  if (!copy) return 0;
  *text = copy;
  while (reader->next < quote) {
    char byte = *reader->next++;
    if ((unsigned char)byte < 0x20) return 0;
    if (byte != '\\') {
      *copy++ = byte;
      continue;
    }
    size_t written = read_escape(reader, copy);
    if (written == 0) return 0;
    copy += written;
  }
  reader->next++;
  *length = (size_t)(copy - *text);
  return is_utf8(*text, *length);
}

static size_t skip_digits(json_reader *reader)
{
  const char *start = reader->next;
  while (reader->next < reader->end && *reader->next >= '0' && *reader->next <= '9') reader->next++;
  return (size_t)(reader->next - start);
}

/* A number keeps its spelling: what it means is for the core's reader and for strtof to agree on. */
static value *read_number(json_reader *reader)
{
  const char *start = reader->next;
  if (*reader->next == '-') reader->next++;
  int has_zero = reader->next < reader->end && *reader->next == '0';
  size_t digits = skip_digits(reader);
  if (digits == 0 || (has_zero && digits > 1)) return NULL;
  if (reader->next < reader->end && *reader->next == '.') {
    reader->next++;
    if (skip_digits(reader) == 0) return NULL;
  }
  if (reader->next < reader->end && (*reader->next == 'e' || *reader->next == 'E')) {
    reader->next++;
    if (reader->next < reader->end && (*reader->next == '-' || *reader->next == '+')) reader->next++;
    if (skip_digits(reader) == 0) return NULL;
  }
  size_t length = (size_t)(reader->next - start);
  char *text = document_take(length + 1);
  value *number = value_new(VALUE_SPELLING);
  if (!text || !number) return NULL;
  memcpy(text, start, length);
  text[length] = 0;
  number->text = text;
  number->length = length;
  return number;
}

static value *read_word(json_reader *reader)
{
  static const struct {
    const char *word;
    value_kind kind;
  } words[] = {{"true", VALUE_TRUE},      {"false", VALUE_FALSE},       {"null", VALUE_NULL},
               {"NaN", VALUE_SPELLING},   {"Infinity", VALUE_SPELLING}, {"-Infinity", VALUE_SPELLING}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t length = strlen(words[i].word);
    if ((size_t)(reader->end - reader->next) < length || memcmp(reader->next, words[i].word, length) != 0) continue;
    reader->next += length;
    value *result = value_new(words[i].kind);
    if (result && result->kind == VALUE_SPELLING) {
      result->text = words[i].word;
      result->length = length;
    }
    return result;
  }
  return NULL;
}

static value *read_container(json_reader *reader, value_kind kind, char closing)
{
  value *container = value_new(kind);
  if (!container || ++reader->depth > DOCUMENT_DEPTH) return NULL;
  if (!accept(reader, closing)) {
    do {
      const char *key = NULL;
      size_t key_length = 0;
      if (kind == VALUE_OBJECT && (!read_text(reader, &key, &key_length) || !accept(reader, ':'))) return NULL;
      value *child = read_value(reader);
      if (!child) return NULL;
      value_append(container, key, key_length, child);
    } while (accept(reader, ','));
    if (!accept(reader, closing)) return NULL;
  }
  reader->depth--;
  return container;
}

static value *read_value(json_reader *reader)
{
  if (accept(reader, '{')) return read_container(reader, VALUE_OBJECT, '}');
  if (accept(reader, '[')) return read_container(reader, VALUE_ARRAY, ']');
  if (reader->next == reader->end) return NULL;
  char first = *reader->next;
  if (first == '"') {
    value *string = value_new(VALUE_STRING);
    return string && read_text(reader, &string->text, &string->length) ? string : NULL;
  }
  int is_infinity = first == '-' && reader->end - reader->next > 1 && reader->next[1] == 'I';
  int is_number = (first >= '0' && first <= '9') || (first == '-' && !is_infinity);
  return is_number ? read_number(reader) : read_word(reader);
}

value *json_read(const uint8_t *bytes, size_t length)
{
  json_reader reader = {(const char *)bytes, (const char *)bytes + length, 0};
  value *root = read_value(&reader);
  skip_space(&reader);
  return reader.next == reader.end ? root : NULL;
}
