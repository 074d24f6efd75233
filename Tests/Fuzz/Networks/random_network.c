#include "random_network.h"

#include <math.h>
#include <string.h>

#include "onnx_writer.h"
#include "require.h"

enum { VALUE_LIMIT = 40, WIDTH_LIMIT = 70, LENGTH_LIMIT = 6, WEIGHTS = 1 << 14 };

/* What is known of a tensor of floats whose first axis is the batch. Its numbers are multiples of 2^-fraction. */
typedef struct value {
  int number;
  size_t rank; /* 2: rows; 3: sequences of rows */
  int64_t length, width;
  double magnitude;
  int fraction;
} value;

typedef struct maker {
  byte_stream *stream;
  output graph;
  value values[VALUE_LIMIT];
  size_t count;
  int next; /* number of a value */
  node_writer node;
} maker;

/* ---- Numbers ---- */

/* Whether all sums up to this magnitude are exact in float. */
static int is_exact(double magnitude, int fraction) { return fraction <= 40 && ldexp(magnitude, fraction) <= 0x1p23; }

enum { WEIGHT_FRACTION = 2 };
static const double weight_magnitude = 2;

static float weights[WEIGHTS];

static void draw_weights(maker *m, size_t count)
{
  uint64_t state = take_word(m->stream);
  require(count <= WEIGHTS, "%zu weights", count);
  for (size_t index = 0; index < count; index++) weights[index] = (float)((int)random_below(&state, 17) - 8) / 4;
}

static int constant(maker *m, size_t rank, int64_t first, int64_t second)
{
  int64_t dims[] = {first, second};
  draw_weights(m, (size_t)(rank == 0 ? 1 : rank == 1 ? first : first * second));
  put_floats(&m->graph, m->next, dims, rank, weights);
  return m->next++;
}

static int number(maker *m, float number)
{
  put_floats(&m->graph, m->next, NULL, 0, &number);
  return m->next++;
}

static int list(maker *m, const int64_t *numbers, size_t count)
{
  put_integers(&m->graph, m->next, numbers, count);
  return m->next++;
}

/* ---- Values and nodes ---- */

static value pick(maker *m) { return m->values[m->count - 1 - take_below(m->stream, m->count)]; }

static void begin(maker *m, const char *operation, int first, int second)
{
  node_begin(&m->node, operation);
  node_input(&m->node, first);
  if (second >= 0) node_input(&m->node, second);
}

/* Ends the node; its result is one more value, or, if its numbers could grow too long, only half of one. */
static int end(maker *m)
{
  node_output(&m->node, m->next);
  node_end(&m->node, &m->graph);
  return m->next++;
}

static int one(maker *m, const char *operation, int first, int second)
{
  begin(m, operation, first, second);
  return end(m);
}

static void keep(maker *m, value made)
{
  if (m->count < VALUE_LIMIT) m->values[m->count++] = made;
}

/* A value of small numbers: cut to 4 and rounded to whole ones. */
static value calmed(maker *m, value from)
{
  begin(m, "Clip", from.number, number(m, -4));
  node_input(&m->node, number(m, 4));
  from.number = one(m, take_below(m->stream, 2) ? "Floor" : "Round", end(m), -1);
  from.magnitude = 4;
  from.fraction = 0;
  return from;
}

static value calm_enough(maker *m, value from, double factor, int fraction)
{
  return is_exact(from.magnitude * factor, from.fraction + fraction) ? from : calmed(m, from);
}

/* ---- Kinds of nodes ---- */

/* A product with a known matrix, as Gemm or as MatMul and Add, and perhaps a cut: what kernels do in one pass. */
static void make_dense(maker *m)
{
  int64_t width = 1 + (int64_t)take_below(m->stream, WIDTH_LIMIT);
  value from = pick(m);
  from = calm_enough(m, from, (double)from.width * weight_magnitude + 1, WEIGHT_FRACTION);
  uint8_t way = take_byte(m->stream);
  value made = from;
  made.width = width;
  made.magnitude = from.magnitude * (double)from.width * weight_magnitude + weight_magnitude;
  made.fraction = from.fraction + WEIGHT_FRACTION;
  if (from.rank == 2 && way % 2) {
    int turned = way & 2, matrix = turned ? constant(m, 2, width, from.width) : constant(m, 2, from.width, width);
    int bias = way & 4 ? constant(m, 1, width, 0) : -1;
    begin(m, "Gemm", from.number, matrix);
    if (bias >= 0) node_input(&m->node, bias);
    if (turned) node_integer(&m->node, "transB", 1);
    made.number = end(m);
  } else {
    made.number = one(m, "MatMul", from.number, constant(m, 2, from.width, width));
    int bias = way & 4 ? constant(m, way & 16 ? 0 : 1, width, 0) : -1;
    if (bias >= 0) made.number = one(m, "Add", way & 2 ? bias : made.number, way & 2 ? made.number : bias);
  }
  if (way & 8) made.number = one(m, "Relu", made.number, -1);
  keep(m, made);
}

/* A function of two numbers, one of them perhaps known. */
static void make_binary(maker *m)
{
  static const char *const names[] = {"Add", "Sub", "Mul", "Max", "Min", "Div"};
  size_t which = take_below(m->stream, 6);
  uint8_t way = take_byte(m->stream);
  value first = pick(m), second = pick(m), made;
  int is_known = way & 1 || first.rank != second.rank || first.width != second.width || first.length != second.length;
  if (is_known || which == 5) {
    second = first;
    second.magnitude = weight_magnitude;
    second.fraction = WEIGHT_FRACTION;
  }
  /* Both grow: the product of the magnitudes bounds their sum too, where neither is below 2. */
  double larger = fmax(second.magnitude, 2);
  first = calm_enough(m, first, larger * 2, second.fraction);
  if (!is_known && which != 5) second = calm_enough(m, second, fmax(first.magnitude, 2) * 2, first.fraction);
  if (which == 5) {
    second.number = number(m, way & 2 ? -4 : 0.5f); /* exact */
  } else if (is_known) {
    second.number = way & 2 ? constant(m, 0, 0, 0) : constant(m, 1, first.width, 0);
  }
  made = first;
  made.number = way & 4 && which != 5 ? one(m, names[which], second.number, first.number)
                                      : one(m, names[which], first.number, second.number);
  if (which == 2) {
    made.magnitude = first.magnitude * second.magnitude;
    made.fraction = first.fraction + second.fraction;
  } else if (which == 5) {
    made.magnitude = first.magnitude * 2;
    made.fraction = first.fraction + 2;
  } else {
    made.magnitude = first.magnitude + second.magnitude;
    made.fraction = first.fraction > second.fraction ? first.fraction : second.fraction;
  }
  keep(m, made);
}

static void make_unary(maker *m)
{
  static const char *const names[] = {"Relu", "Neg", "Abs", "Floor", "Ceil", "Identity"};
  value made = pick(m);
  made.number = one(m, names[take_below(m->stream, 6)], made.number, -1);
  made.magnitude += 1;
  keep(m, made);
}

/* A row as a sequence, or the other way round. */
static void make_reshape(maker *m)
{
  value made = pick(m);
  int64_t shape[] = {0, -1, 1};
  size_t count = 2;
  if (made.rank == 2) {
    int64_t length = 1 + (int64_t)take_below(m->stream, LENGTH_LIMIT);
    if (made.width % length != 0) return;
    shape[1] = length;
    shape[2] = made.width / length;
    count = 3;
    made.rank = 3;
    made.length = length;
    made.width /= length;
  } else {
    if (made.length * made.width > WIDTH_LIMIT) return;
    made.width *= made.length;
    made.length = 1;
    made.rank = 2;
  }
  made.number = one(m, "Reshape", made.number, list(m, shape, count));
  keep(m, made);
}

/* Elements in another order, picked, cut out or doubled. */
static void make_moved(maker *m)
{
  value made = pick(m);
  int64_t axis = (int64_t)made.rank - 1;
  switch (take_below(m->stream, 4)) {
  case 0: {
    if (made.rank != 3) return;
    static const int64_t order[] = {0, 2, 1};
    if (made.width > LENGTH_LIMIT) return;
    begin(m, "Transpose", made.number, -1);
    node_integers(&m->node, "perm", order, 3);
    int64_t length = made.length;
    made.length = made.width;
    made.width = length;
    break;
  }
  case 1: {
    int64_t indices[8], count = 1 + (int64_t)take_below(m->stream, 8);
    for (int64_t index = 0; index < count; index++)
      indices[index] = (int64_t)take_below(m->stream, (size_t)(2 * made.width)) - made.width;
    begin(m, "Gather", made.number, list(m, indices, (size_t)count));
    node_integer(&m->node, "axis", axis);
    made.width = count;
    break;
  }
  case 2: {
    int64_t start = (int64_t)take_below(m->stream, (size_t)made.width), stop = made.width, step = 1 + take_byte(m->stream) % 3;
    int starts = list(m, &start, 1), ends = list(m, &stop, 1), axes = list(m, &axis, 1), steps = list(m, &step, 1);
    begin(m, "Slice", made.number, starts);
    node_input(&m->node, ends);
    node_input(&m->node, axes);
    node_input(&m->node, steps);
    made.width = (stop - start + step - 1) / step;
    break;
  }
  default: {
    value other = pick(m);
    if (other.rank != made.rank || other.length != made.length || other.width + made.width > WIDTH_LIMIT) other = made;
    if (other.width + made.width > WIDTH_LIMIT) return;
    begin(m, "Concat", made.number, other.number);
    node_integer(&m->node, "axis", axis);
    made.width += other.width;
    made.magnitude = fmax(made.magnitude, other.magnitude);
    if (other.fraction > made.fraction) made.fraction = other.fraction;
    made = (value){0, made.rank, made.length, made.width, made.magnitude, made.fraction};
  }
  }
  made.number = end(m);
  keep(m, is_exact(made.magnitude, made.fraction) ? made : calmed(m, made));
}

static void make_reduction(maker *m)
{
  static const char *const names[] = {"ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1"};
  size_t which = take_below(m->stream, 4);
  value made = pick(m);
  int is_sum = which == 0 || which == 3;
  int64_t axis = made.rank == 3 && take_byte(m->stream) % 2 ? 1 : -1;
  int64_t count = axis == 1 ? made.length : made.width;
  if (is_sum) made = calm_enough(m, made, (double)count, 0);
  made.number = one(m, names[which], made.number, list(m, &axis, 1));
  if (is_sum) made.magnitude *= (double)count;
  if (axis == 1) made.length = 1;
  else made.width = 1;
  keep(m, made);
}

/* Of each pair one, as a third says. */
static void make_choice(maker *m)
{
  value first = pick(m), made = first;
  int condition = one(m, take_byte(m->stream) % 2 ? "Greater" : "LessOrEqual", first.number, constant(m, 1, first.width, 0));
  int other = constant(m, 1, first.width, 0);
  begin(m, "Where", condition, first.number);
  node_input(&m->node, other);
  made.number = end(m);
  made.magnitude = fmax(made.magnitude, weight_magnitude);
  if (made.fraction < WEIGHT_FRACTION) made.fraction = WEIGHT_FRACTION;
  keep(m, is_exact(made.magnitude, made.fraction) ? made : calmed(m, made));
}

/* A product of two values: of sequences, each with each, as attention has them. */
static void make_batched_product(maker *m)
{
  value from = pick(m);
  if (from.rank != 3) return;
  from = calmed(m, from);
  uint8_t way = take_byte(m->stream);
  value made = from;
  made.magnitude = 16 * (double)from.width;
  made.width = from.length;
  if (way & 1) {
    begin(m, "Einsum", from.number, from.number);
    node_text(&m->node, "equation", "bij,bkj->bik");
  } else {
    static const int64_t order[] = {0, 2, 1};
    begin(m, "Transpose", from.number, -1);
    node_integers(&m->node, "perm", order, 3);
    begin(m, "MatMul", from.number, end(m));
  }
  made.number = end(m);
  keep(m, made);
}

/* A convolution along the last axis, with times as channels. */
static void make_convolution(maker *m)
{
  value from = pick(m);
  if (from.rank != 3 || from.width < 3) return;
  int64_t channels = 1 + (int64_t)take_below(m->stream, LENGTH_LIMIT), kernel = 1 + (int64_t)take_below(m->stream, 3);
  from = calm_enough(m, from, weight_magnitude * (double)(kernel * from.length) + 1, WEIGHT_FRACTION);
  int64_t dims[] = {channels, from.length, kernel};
  draw_weights(m, (size_t)(channels * from.length * kernel));
  put_floats(&m->graph, m->next, dims, 3, weights);
  begin(m, "Conv", from.number, m->next++);
  node_text(&m->node, "auto_pad", take_byte(m->stream) % 2 ? "SAME_UPPER" : "SAME_LOWER");
  value made = from;
  made.number = end(m);
  made.length = channels;
  made.magnitude = from.magnitude * weight_magnitude * (double)(kernel * from.length);
  made.fraction = from.fraction + WEIGHT_FRACTION;
  keep(m, made);
}

static void make_node(maker *m)
{
  switch (take_below(m->stream, 12)) {
  case 0:
  case 1:
  case 2: make_dense(m); break;
  case 3:
  case 4: make_binary(m); break;
  case 5: make_unary(m); break;
  case 6: make_reshape(m); break;
  case 7: make_moved(m); break;
  case 8: make_reduction(m); break;
  case 9: make_choice(m); break;
  case 10: make_batched_product(m); break;
  default: make_convolution(m);
  }
}

/* ---- Functions at the end ---- */

/* Half a unit is the rounding of plain steps, which compute in double; two are the bound of kernels' exponentials. */
static const double function_ulps = 2.5;

static closeness end_map(maker *m, value *from, const char *operation)
{
  from->number = one(m, operation, from->number, -1);
  return (closeness){function_ulps, 0};
}

/* Each of n exponentials is within two units, their sum within n more, the quotient within one. */
static closeness end_softmax(maker *m, value *from)
{
  begin(m, "Softmax", from->number, -1);
  node_integer(&m->node, "axis", -1);
  from->number = end(m);
  return (closeness){2 * function_ulps + (double)from->width + 1, 0};
}

/* With epsilon 1 the inverse deviation is at most 1: what n sums of numbers up to `magnitude` lose, and a few roundings
 * of the result, are in proportion to the largest number. Scale and shift are at most 2. */
static closeness end_norm(maker *m, value *from, int centers)
{
  int scale = constant(m, 1, from->width, 0), shift = centers ? constant(m, 1, from->width, 0) : -1;
  begin(m, centers ? "LayerNormalization" : "RMSNormalization", from->number, scale);
  if (shift >= 0) node_input(&m->node, shift);
  node_real(&m->node, "epsilon", 1);
  from->number = end(m);
  double largest = fmax(from->magnitude, 1) * weight_magnitude + weight_magnitude;
  return (closeness){0, ((double)from->width + 8) * 0x1p-23 * largest};
}

/* A state depends on the one before it at most three times as much: sums of recurrent weights of a gate are below 2, and
 * no gate's function has a slope above 1. Each step adds what its sums of numbers below `sum` lose. */
static closeness end_recurrent(maker *m, value *from, const char *operation, int gates)
{
  static const int64_t to_times[] = {1, 0, 2};
  int64_t hidden = 1 + (int64_t)take_below(m->stream, 9), width = from->width;
  begin(m, "Transpose", from->number, -1);
  node_integers(&m->node, "perm", to_times, 3);
  int x = end(m);
  int64_t dims[] = {1, gates * hidden, width}, bias[] = {1, 2 * gates * hidden};
  draw_weights(m, (size_t)(gates * hidden * width));
  put_floats(&m->graph, m->next, dims, 3, weights);
  int w = m->next++;
  dims[2] = hidden;
  draw_weights(m, (size_t)(gates * hidden * hidden));
  for (int64_t index = 0; index < gates * hidden * hidden; index++) weights[index] /= 8;
  put_floats(&m->graph, m->next, dims, 3, weights);
  int r = m->next++;
  draw_weights(m, (size_t)bias[1]);
  put_floats(&m->graph, m->next, bias, 2, weights);
  int b = m->next++;
  begin(m, operation, x, w);
  node_input(&m->node, r);
  node_input(&m->node, b);
  node_integer(&m->node, "hidden_size", hidden);
  if (gates == 3 && take_byte(m->stream) % 2) node_integer(&m->node, "linear_before_reset", 1);
  int states = end(m); /* time, direction, batch, hidden */
  static const int64_t back[] = {2, 0, 1, 3};
  begin(m, "Transpose", states, -1);
  node_integers(&m->node, "perm", back, 4);
  from->number = end(m);
  double sum = from->magnitude * weight_magnitude * (double)width + 2 * weight_magnitude + 2;
  double step = ((double)(width + hidden) + 16) * 0x1p-23 * fmax(sum, 1);
  return (closeness){0, step * pow(3, (double)from->length) * 2};
}

static closeness make_end(maker *m, value *from)
{
  switch (take_below(m->stream, 9)) {
  case 0: return end_map(m, from, "Exp");
  case 1: return end_map(m, from, "Sigmoid");
  case 2: return end_map(m, from, "Tanh");
  case 3: return end_softmax(m, from);
  case 4: return end_norm(m, from, 1);
  case 5: return end_norm(m, from, 0);
  case 6: return from->rank == 3 ? end_recurrent(m, from, "GRU", 3) : end_map(m, from, "Exp");
  case 7: return from->rank == 3 ? end_recurrent(m, from, "LSTM", 4) : end_map(m, from, "Tanh");
  default: return (closeness){0, 0};
  }
}

random_network make_network(byte_stream *stream)
{
  static uint8_t graph_bytes[3 << 20], file_bytes[3 << 20];
  static maker m;
  m = (maker){.stream = stream, .graph = {graph_bytes, sizeof graph_bytes, 0, 0}};
  int64_t width = 1 + (int64_t)take_below(stream, 40);
  size_t nodes = take_below(stream, 12);
  int64_t dims[] = {-1, width};
  put_text(&m.graph, 2, "fuzz");
  put_port(&m.graph, 11, m.next, dims, 2);
  keep(&m, (value){m.next++, 2, 1, width, 4, 3});
  for (size_t index = 0; index < nodes && m.next < 900; index++) make_node(&m);
  random_network made = {.input_width = (size_t)width, .output_count = 1 + take_below(stream, OUTPUT_LIMIT - 1)};
  for (size_t index = 0; index < made.output_count; index++) {
    value from = index == 0 ? m.values[m.count - 1] : pick(&m);
    made.outputs[index] = make_end(&m, &from);
    /* A name of its own: the same value may go out twice. */
    from.number = one(&m, "Identity", from.number, -1);
    put_port(&m.graph, 12, from.number, NULL, 0);
  }
  output file = {file_bytes, sizeof file_bytes, 0, 0};
  put_model(&file, &m.graph);
  made.bytes = file_bytes;
  made.length = file.length;
  return made;
}
