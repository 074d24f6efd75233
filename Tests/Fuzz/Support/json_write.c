#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "document.h"
#include "output.h"

static void put_string(output *out, const char *text, size_t length)
{
  put_byte(out, '"');
  for (size_t i = 0; i < length; i++) {
    uint8_t byte = (uint8_t)text[i];
    char escape[8];
    if (byte < 0x20 || byte == '"' || byte == '\\')
      put(out, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", byte));
    else put_byte(out, byte);
  }
  put_byte(out, '"');
}

/* Always with an exponent, so that a real never passes for a whole number. A double that is no float is written
 * with all its digits: rounding it twice would not be the core's mistake. */
static void put_real(output *out, double number, int is_float)
{
  char text[800];
  if (isnan(number)) put(out, "NaN", 3);
  else if (isinf(number)) put(out, number < 0 ? "-Infinity" : "Infinity", number < 0 ? 9 : 8);
  else put(out, text, (size_t)snprintf(text, sizeof text, "%.*e", is_float ? 8 : 766, number));
}

static void put_value(output *out, const value *written)
{
  char text[24];
  switch (written->kind) {
  case VALUE_OBJECT:
  case VALUE_ARRAY:
    put_byte(out, written->kind == VALUE_OBJECT ? '{' : '[');
    for (const value *child = written->first; child && !out->failed; child = child->next) {
      if (written->kind == VALUE_OBJECT) {
        put_string(out, child->key, child->key_length);
        put_byte(out, ':');
      }
      put_value(out, child);
      if (child->next) put_byte(out, ',');
    }
    put_byte(out, written->kind == VALUE_OBJECT ? '}' : ']');
    break;
  case VALUE_STRING: put_string(out, written->text, written->length); break;
  case VALUE_INTEGER: put(out, text, (size_t)snprintf(text, sizeof text, "%" PRId64, written->integer)); break;
  case VALUE_REAL: put_real(out, written->real, 0); break;
  case VALUE_FLOAT: put_real(out, written->real, 1); break;
  case VALUE_SPELLING: put(out, written->text, written->length); break;
  case VALUE_TRUE: put(out, "true", 4); break;
  case VALUE_FALSE: put(out, "false", 5); break;
  case VALUE_NULL: put(out, "null", 4); break;
  }
}

size_t json_write(const value *root, uint8_t *bytes, size_t capacity)
{
  output out = {bytes, capacity, 0, 0};
  put_value(&out, root);
  return out.failed ? 0 : out.length;
}
