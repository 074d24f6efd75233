#include <string.h>

#include "document.h"
#include "utf8.h"

typedef struct ubjson_reader {
  const uint8_t *next;
  const uint8_t *end;
  int depth;
} ubjson_reader;

static value *read_value(ubjson_reader *reader, uint8_t marker);

static size_t left(const ubjson_reader *reader) { return (size_t)(reader->end - reader->next); }

static size_t number_size(uint8_t marker)
{
  switch (marker) {
  case 'i': case 'U': case 'C': return 1;
  case 'I': return 2;
  case 'l': case 'd': return 4;
  case 'L': case 'D': return 8;
  default: return 0;
  }
}

/* The next byte, or 0, which is no marker. No-operation markers are passed over. */
static uint8_t read_marker(ubjson_reader *reader)
{
  while (left(reader) && *reader->next == 'N') reader->next++;
  return left(reader) ? *reader->next++ : 0;
}

static value *read_number(ubjson_reader *reader, uint8_t marker)
{
  size_t size = number_size(marker);
  if (left(reader) < size) return NULL;
  uint64_t bits = 0;
  for (size_t i = 0; i < size; i++) bits = bits << 8 | *reader->next++;
  value *number = value_new(marker == 'd' ? VALUE_FLOAT : marker == 'D' ? VALUE_REAL : VALUE_INTEGER);
  if (!number) return NULL;
  if (marker == 'd') {
    uint32_t low = (uint32_t)bits;
    float narrow;
    memcpy(&narrow, &low, sizeof narrow);
    number->real = (double)narrow;
  } else if (marker == 'D') {
    memcpy(&number->real, &bits, sizeof bits);
  } else {
    int shift = marker == 'U' || marker == 'C' ? 0 : 64 - 8 * (int)size;
    number->integer = (int64_t)(bits << shift) >> shift;
  }
  return number;
}

/* A length, which is at most what is left of the bytes. */
static int read_length(ubjson_reader *reader, size_t *length)
{
  uint8_t marker = left(reader) ? *reader->next++ : 0;
  if (number_size(marker) == 0 || marker == 'd' || marker == 'D') return 0;
  value *number = read_number(reader, marker);
  if (!number || number->integer < 0 || (uint64_t)number->integer > left(reader)) return 0;
  *length = (size_t)number->integer;
  return 1;
}

static int read_text(ubjson_reader *reader, const char **text, size_t *length)
{
  if (!read_length(reader, length)) return 0;
  *text = (const char *)reader->next;
  reader->next += *length;
  return is_utf8(*text, *length);
}

static value *read_container(ubjson_reader *reader, value_kind kind, uint8_t closing)
{
  value *container = value_new(kind);
  uint8_t type = 0;
  size_t count = SIZE_MAX;
  if (!container || ++reader->depth > DOCUMENT_DEPTH) return NULL;
  if (kind == VALUE_ARRAY && left(reader) > 1 && *reader->next == '$') {
    type = reader->next[1];
    reader->next += 2;
    if (number_size(type) == 0 || left(reader) == 0 || *reader->next != '#') return NULL;
  }
  if (left(reader) && *reader->next == '#') {
    reader->next++;
    if (!read_length(reader, &count)) return NULL;
  }
  for (size_t i = 0; i < count; i++) {
    const char *key = NULL;
    size_t key_length = 0;
    if (count == SIZE_MAX) {
      while (left(reader) && *reader->next == 'N') reader->next++;
      if (left(reader) && *reader->next == closing) {
        reader->next++;
        break;
      }
    }
    if (kind == VALUE_OBJECT && !read_text(reader, &key, &key_length)) return NULL;
    value *child = read_value(reader, type ? type : read_marker(reader));
    if (!child) return NULL;
    value_append(container, key, key_length, child);
  }
  reader->depth--;
  return container;
}

static value *read_value(ubjson_reader *reader, uint8_t marker)
{
  switch (marker) {
  case '{': return read_container(reader, VALUE_OBJECT, '}');
  case '[': return read_container(reader, VALUE_ARRAY, ']');
  case 'T': return value_new(VALUE_TRUE);
  case 'F': return value_new(VALUE_FALSE);
  case 'Z': return value_new(VALUE_NULL);
  case 'S': {
    value *string = value_new(VALUE_STRING);
    return string && read_text(reader, &string->text, &string->length) ? string : NULL;
  }
  default: return number_size(marker) ? read_number(reader, marker) : NULL;
  }
}

value *ubjson_read(const uint8_t *bytes, size_t length)
{
  ubjson_reader reader = {bytes, bytes + length, 0};
  value *root = read_value(&reader, read_marker(&reader));
  while (left(&reader) && *reader.next == 'N') reader.next++;
  return left(&reader) == 0 ? root : NULL;
}
