#include <errno.h>
#include <stdlib.h>

#include "document.h"
#include "output.h"

static void put_big_endian(output *out, uint64_t bits, int size)
{
  while (size-- > 0) put_byte(out, (uint8_t)(bits >> (8 * size)));
}

/* The narrowest type that holds a whole number. */
static uint8_t integer_marker(int64_t number)
{
  if (number >= INT8_MIN && number <= INT8_MAX) return 'i';
  if (number >= 0 && number <= UINT8_MAX) return 'U';
  if (number >= INT16_MIN && number <= INT16_MAX) return 'I';
  return number >= INT32_MIN && number <= INT32_MAX ? 'l' : 'L';
}

static void put_number(output *out, uint8_t marker, int64_t integer, double real)
{
  static const char markers[] = "iUIlL";
  static const int sizes[] = {1, 1, 2, 4, 8};
  if (marker == 'd') {
    float narrow = (float)real;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    put_big_endian(out, bits, 4);
  } else if (marker == 'D') {
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    put_big_endian(out, bits, 8);
  } else {
    put_big_endian(out, (uint64_t)integer, sizes[strchr(markers, marker) - markers]);
  }
}

/* What a JSON number means, as UBJSON says it. `-0` is left alone: 0 where whole numbers are read, and -0 where
 * reals are, which UBJSON cannot say at once. */
static uint8_t spelled_number(const value *number, int64_t *integer, double *real)
{
  int is_whole = strpbrk(number->text, ".eENI") == NULL;
  if (!is_whole) {
    *real = (double)strtof(number->text, NULL);
    return 'd';
  }
  if (strcmp(number->text, "-0") == 0) return 0;
  errno = 0;
  *integer = strtoll(number->text, NULL, 10);
  if (errno == 0) return integer_marker(*integer);
  *real = (double)strtof(number->text, NULL);
  return 'd';
}

static uint8_t marker_of(const value *number, int64_t *integer, double *real)
{
  *integer = number->integer;
  *real = number->real;
  switch (number->kind) {
  case VALUE_INTEGER: return integer_marker(number->integer);
  case VALUE_FLOAT: return 'd';
  case VALUE_REAL: return 'D';
  case VALUE_SPELLING: return spelled_number(number, integer, real);
  default: return 0;
  }
}

/* The type of all elements, widened where whole numbers differ in size; 0 if they have none in common. */
static uint8_t shared_marker(const value *array)
{
  static const char order[] = "iUIlL";
  uint8_t shared = 0;
  for (const value *child = array->first; child; child = child->next) {
    int64_t integer;
    double real;
    uint8_t marker = marker_of(child, &integer, &real);
    if (marker == 0) return 0;
    if (marker == 'U') marker = 'I';
    if (shared == 0) shared = marker;
    if (shared == marker) continue;
    const char *left = strchr(order, shared), *right = strchr(order, marker);
    if (!left || !right) return 0;
    if (right > left) shared = marker;
  }
  return shared;
}

static void put_length(output *out, size_t length)
{
  put_byte(out, 'L');
  put_big_endian(out, length, 8);
}

static void put_value(output *out, const value *written, ubjson_style style);

static void put_array(output *out, const value *array, ubjson_style style)
{
  uint8_t shared = style == UBJSON_TYPED ? shared_marker(array) : 0;
  put_byte(out, '[');
  if (shared) {
    put_byte(out, '$');
    put_byte(out, shared);
  }
  if (shared || style == UBJSON_COUNTED) {
    put_byte(out, '#');
    put_length(out, array->count);
  }
  for (const value *child = array->first; child && !out->failed; child = child->next) {
    int64_t integer;
    double real;
    if (!shared) put_value(out, child, style);
    else if (marker_of(child, &integer, &real)) put_number(out, shared, integer, real);
  }
  if (!shared && style != UBJSON_COUNTED) put_byte(out, ']');
}

static void put_value(output *out, const value *written, ubjson_style style)
{
  int64_t integer;
  double real;
  uint8_t marker;
  switch (written->kind) {
  case VALUE_OBJECT:
    put_byte(out, '{');
    for (const value *child = written->first; child && !out->failed; child = child->next) {
      put_length(out, child->key_length);
      put(out, child->key, child->key_length);
      put_value(out, child, style);
    }
    put_byte(out, '}');
    break;
  case VALUE_ARRAY: put_array(out, written, style); break;
  case VALUE_STRING:
    put_byte(out, 'S');
    put_length(out, written->length);
    put(out, written->text, written->length);
    break;
  case VALUE_TRUE: put_byte(out, 'T'); break;
  case VALUE_FALSE: put_byte(out, 'F'); break;
  case VALUE_NULL: put_byte(out, 'Z'); break;
  default:
    marker = marker_of(written, &integer, &real);
    if (!marker) out->failed = 1;
    put_byte(out, marker);
    if (marker) put_number(out, marker, integer, real);
  }
}

size_t ubjson_write(const value *root, ubjson_style style, uint8_t *bytes, size_t capacity)
{
  output out = {bytes, capacity, 0, 0};
  put_value(&out, root, style);
  return out.failed ? 0 : out.length;
}
