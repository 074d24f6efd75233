#include "utf8.h"

#include <stdint.h>

/* Decodes each character and refuses those that a shorter form could hold: written otherwise than the core's
 * test by tables, so that the two do not share a mistake. */
int is_utf8(const char *text, size_t length)
{
  static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  for (size_t i = 0; i < length;) {
    uint8_t first = (uint8_t)text[i++];
    int more = first < 0x80 ? 0 : first >> 5 == 6 ? 1 : first >> 4 == 14 ? 2 : first >> 3 == 30 ? 3 : -1;
    if (more < 0 || length - i < (size_t)more) return 0;
    uint32_t code = more == 0 ? first : first & (0x3Fu >> more);
    for (int k = 0; k < more; k++, i++) {
      uint8_t next = (uint8_t)text[i];
      if (next >> 6 != 2) return 0;
      code = code << 6 | (next & 0x3F);
    }
    if (code < least[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return 0;
  }
  return 1;
}
