#include "network_tensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "require.h"
#include "utf8.h"

static size_t element_size(apus_element element)
{
  switch (element) {
  case APUS_ELEMENT_U8:
  case APUS_ELEMENT_I8:
  case APUS_ELEMENT_BOOL: return 1;
  case APUS_ELEMENT_U16:
  case APUS_ELEMENT_I16:
  case APUS_ELEMENT_F16:
  case APUS_ELEMENT_BF16: return 2;
  case APUS_ELEMENT_F32:
  case APUS_ELEMENT_I32:
  case APUS_ELEMENT_U32: return 4;
  case APUS_ELEMENT_I64:
  case APUS_ELEMENT_U64:
  case APUS_ELEMENT_F64: return 8;
  case APUS_ELEMENT_TEXT: return sizeof(const char *);
  default: require(0, "an element of type %u", element); return 0;
  }
}

static size_t byte_length(const apus_tensor_info *info)
{
  size_t count = element_size(info->element);
  require(info->rank >= 0 && info->rank <= APUS_RANK_LIMIT, "a tensor of a network has %d axes", info->rank);
  for (int32_t axis = 0; axis < info->rank; axis++) {
    require(info->lengths[axis] >= 0, "axis %d of a network's tensor is open", axis);
    count *= (size_t)info->lengths[axis];
  }
  return count;
}

tensors tensors_of(const apus_network *network, int outputs)
{
  apus_network_info facts = {.struct_size = sizeof facts};
  require(apus_network_get_info(network, &facts, NULL) == APUS_OK, "a network does not tell its facts");
  tensors list = {NULL, (size_t)(outputs ? facts.output_count : facts.input_count), NULL};
  list.items = calloc(list.count + 1, sizeof *list.items);
  require(list.items != NULL, "there is no memory for tensors");
  size_t total = 0;
  for (size_t index = 0; index < list.count; index++) {
    apus_tensor_info info = {.struct_size = sizeof info};
    apus_status status = outputs ? apus_network_get_output(network, (int32_t)index, &info, NULL)
                                 : apus_network_get_input(network, (int32_t)index, &info, NULL);
    require(status == APUS_OK, "tensor %zu of a network: %s", index, apus_status_name(status));
    list.items[index] = (apus_tensor){.element = info.element, .byte_length = byte_length(&info)};
    total += (list.items[index].byte_length + 15) / 16 * 16;
  }
  list.block = malloc(total + !total);
  require(list.block != NULL, "there is no memory for %zu bytes of tensors", total);
  uint8_t *next = list.block;
  for (size_t index = 0; index < list.count; index++) {
    list.items[index].data = next;
    next += (list.items[index].byte_length + 15) / 16 * 16;
  }
  return list;
}

void tensors_free(tensors *list)
{
  free(list->items);
  free(list->block);
}

/* What text inputs hold: words that the seeds' tables have, and others. */
static const char *const texts[] = {"a", "b", "", "7", "-4", "x", "\303\274", "gr\303\266\303\237er", "none of these"};

static void fill_element(uint8_t *place, apus_element element, uint64_t *state)
{
  uint64_t any = random_next(state);
  uint8_t drawn[8];
  memcpy(drawn, &any, sizeof drawn);
  byte_stream stream = stream_of(drawn, sizeof drawn);
  /* Small integers mostly, for they are indices and lengths; now and then any bits. */
  int64_t integer = drawn[0] < 240 ? (int64_t)(drawn[1] % 16) - 4 : (int64_t)any;
  float single = take_float(&stream);
  double wide = single;
  switch (element) {
  case APUS_ELEMENT_F32: memcpy(place, &single, sizeof single); break;
  case APUS_ELEMENT_F64: memcpy(place, &wide, sizeof wide); break;
  case APUS_ELEMENT_BOOL: *place = drawn[0] & 1; break;
  case APUS_ELEMENT_F16:
  case APUS_ELEMENT_BF16: memcpy(place, drawn + 2, 2); break;
  case APUS_ELEMENT_TEXT: memcpy(place, &texts[drawn[1] % (sizeof texts / sizeof *texts)], sizeof *texts); break;
  default: memcpy(place, &integer, element_size(element));
  }
}

void tensors_fill(tensors *list, uint64_t state)
{
  for (size_t index = 0; index < list->count; index++) {
    apus_tensor *tensor = &list->items[index];
    size_t size = element_size(tensor->element);
    for (size_t at = 0; at < tensor->byte_length; at += size)
      fill_element((uint8_t *)tensor->data + at, tensor->element, &state);
  }
}

void run_network(const apus_network *network, const tensors *inputs, const tensors *outputs)
{
  apus_error error;
  for (size_t index = 0; index < outputs->count; index++)
    if (outputs->items[index].byte_length) memset(outputs->items[index].data, 0xA5, outputs->items[index].byte_length);
  apus_status status = apus_network_run(network, inputs->items, inputs->count, outputs->items, outputs->count, &error);
  require(status == APUS_OK, "apus_network_run: %s", error.message);
}

static int is_nan(const uint8_t *place, apus_element element)
{
  float single;
  double wide;
  uint16_t half;
  switch (element) {
  case APUS_ELEMENT_F32: memcpy(&single, place, sizeof single); return isnan(single);
  case APUS_ELEMENT_F64: memcpy(&wide, place, sizeof wide); return isnan(wide);
  case APUS_ELEMENT_F16: memcpy(&half, place, sizeof half); return (half & 0x7FFF) > 0x7C00;
  case APUS_ELEMENT_BF16: memcpy(&half, place, sizeof half); return (half & 0x7FFF) > 0x7F80;
  default: return 0;
  }
}

/* Whether two elements are equal; text by what it says, for each network has its own. */
static int is_same(const uint8_t *left, const uint8_t *right, apus_element element)
{
  const char *one, *other;
  if (element != APUS_ELEMENT_TEXT)
    return memcmp(left, right, element_size(element)) == 0 || (is_nan(left, element) && is_nan(right, element));
  memcpy(&one, left, sizeof one);
  memcpy(&other, right, sizeof other);
  return one && other && is_utf8(one, strlen(one)) && strcmp(one, other) == 0;
}

int find_difference(const tensors *expected, const tensors *actual, size_t *tensor, size_t *element)
{
  for (*tensor = 0; *tensor < expected->count; ++*tensor) {
    const apus_tensor *one = &expected->items[*tensor], *other = &actual->items[*tensor];
    size_t size = element_size(one->element), count = one->byte_length / size;
    for (*element = 0; *element < count; ++*element)
      if (!is_same((const uint8_t *)one->data + *element * size, (const uint8_t *)other->data + *element * size, one->element))
        return 1;
  }
  return 0;
}

void require_same_tensors(const tensors *expected, const tensors *actual, const char *what)
{
  size_t tensor, element;
  require(expected->count == actual->count, "%s: %zu tensors and not %zu", what, actual->count, expected->count);
  for (size_t index = 0; index < expected->count; index++)
    require(expected->items[index].element == actual->items[index].element &&
                expected->items[index].byte_length == actual->items[index].byte_length,
            "%s: tensor %zu is another", what, index);
  int differs = find_difference(expected, actual, &tensor, &element);
  require(!differs, "%s: element %zu of tensor %zu differs", what, element, tensor);
}

double distance_in_ulps(float first, float second)
{
  if (first == second || (isnan(first) && isnan(second))) return 0;
  if (!isfinite(first) || !isfinite(second)) return INFINITY;
  float larger = fmaxf(fabsf(first), fabsf(second));
  double unit = (double)larger - (double)nextafterf(larger, 0);
  return fabs((double)first - (double)second) / unit;
}
