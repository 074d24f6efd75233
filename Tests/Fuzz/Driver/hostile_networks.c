#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "amplification.h"
#include "apus.h"
#include "onnx_writer.h"
#include "require.h"

enum { CAPACITY = 8 << 20, X = 0, Y = 1, FIRST = 2 };

/* Memory for a part, which lasts as long as the process. */
static output part(void)
{
  uint8_t *bytes = malloc(CAPACITY);
  require(bytes != NULL, "no memory for a part");
  return (output){bytes, CAPACITY, 0, 0};
}

static void put_part(output *around, unsigned field, const output *inside)
{
  require(!inside->failed, "a part does not fit its memory");
  put_bytes(around, field, inside->bytes, inside->length);
}

static void put_value(output *out, unsigned field, size_t number)
{
  char name[24];
  snprintf(name, sizeof name, "v%zu", number);
  put_text(out, field, name);
}

static output node(const char *operation)
{
  output made = part();
  put_text(&made, 4, operation);
  return made;
}

/* A node of one input, in a graph (field 1) or a function (field 7), of ONNX's own domain if `domain` is NULL. */
static void put_call(output *around, unsigned field, const char *operation, const char *domain, size_t input, size_t result)
{
  output made = {(uint8_t[128]){0}, 128, 0, 0};
  put_text(&made, 4, operation);
  if (domain) put_text(&made, 7, domain);
  put_value(&made, 1, input);
  put_value(&made, 2, result);
  put_part(around, field, &made);
}

static void put_node(output *graph, const char *operation, size_t input, size_t result)
{
  put_call(graph, 1, operation, NULL, input, result);
}

static void put_attribute(output *node, const char *name, unsigned field, const output *value)
{
  output attribute = part();
  put_text(&attribute, 1, name);
  if (field) put_part(&attribute, field, value);
  else put(&attribute, value->bytes, value->length);
  put_part(node, 5, &attribute);
}

/* A graph of x, with two floats, that gives y. */
static output graph(void)
{
  const int64_t dims[] = {2};
  output made = part();
  put_port(&made, 11, X, dims, 1);
  put_port(&made, 12, Y, NULL, 0);
  return made;
}

static void finish(output *file, output *graph)
{
  put_node(graph, "Neg", X, Y);
  put_model(file, graph);
}

/* ---- Long files ---- */

static void nodes(output *file, size_t size)
{
  output g = graph();
  for (size_t index = 0; index < size; index++) put_node(&g, "Neg", X, FIRST + index);
  finish(file, &g);
}

static void inputs_of_a_node(output *file, size_t size)
{
  output g = graph(), sum = node("Sum");
  for (size_t index = 0; index < size; index++) put_value(&sum, 1, X);
  put_value(&sum, 2, FIRST);
  put_part(&g, 1, &sum);
  finish(file, &g);
}

static void initializers(output *file, size_t size)
{
  output g = graph();
  float number = 1;
  for (size_t index = 0; index < size; index++) put_floats(&g, (int)(FIRST + index), NULL, 0, &number);
  finish(file, &g);
}

static void small_numbers(output *file, size_t size)
{
  output g = graph(), tensor = part(), list = part();
  for (size_t index = 0; index < size; index++) put_byte(&list, 1);
  put_number(&tensor, 1, (int64_t)size);
  put_number(&tensor, 2, APUS_ELEMENT_I64);
  put_part(&tensor, 7, &list);
  put_value(&tensor, 8, FIRST);
  put_part(&g, 5, &tensor);
  finish(file, &g);
}

static void empty_messages(output *file, size_t size)
{
  output g = graph();
  for (size_t index = 0; index < size; index++) put_bytes(&g, 5, NULL, 0);
  finish(file, &g);
}

static void numbers_of_an_attribute(output *file, size_t size)
{
  output g = graph(), made = node("Reshape"), list = part();
  for (size_t index = 0; index < size; index++) put_byte(&list, 1);
  put_value(&made, 1, X);
  put_value(&made, 2, FIRST);
  put_attribute(&made, "shape", 8, &list);
  put_part(&g, 1, &made);
  finish(file, &g);
}

static void long_name(output *file, size_t size)
{
  output g = graph(), made = node("Neg"), name = part();
  for (size_t index = 0; index < size; index++) put_byte(&name, 'n');
  put_value(&made, 1, X);
  put_part(&made, 2, &name);
  put_part(&g, 1, &made);
  finish(file, &g);
}

static void terms(output *file, size_t size)
{
  output g = graph(), made = node("Einsum"), equation = part();
  for (size_t index = 0; index < size; index++) put_byte(&equation, index % 2 ? ',' : 'i');
  put_value(&made, 1, X);
  put_value(&made, 2, FIRST);
  put_attribute(&made, "equation", 4, &equation);
  put_part(&g, 1, &made);
  finish(file, &g);
}

/* Holes of one size between values that stay, and then values that are larger. */
static void holes(output *file, size_t size)
{
  output g = graph(), sum = node("Sum");
  for (size_t index = 0; index < size; index++) {
    put_node(&g, "Neg", X, FIRST + 2 * index);
    put_node(&g, "Neg", X, FIRST + 2 * index + 1);
    put_value(&sum, 1, FIRST + 2 * index);
  }
  put_value(&sum, 2, FIRST + 2 * size);
  put_part(&g, 1, &sum);
  for (size_t index = 0; index < size; index++) {
    output joined = {(uint8_t[64]){0}, 64, 0, 0};
    put_text(&joined, 4, "Identity");
    put_value(&joined, 1, FIRST + 2 * size);
    put_value(&joined, 2, FIRST + 2 * size + 1 + index);
    put_part(&g, 1, &joined);
  }
  finish(file, &g);
}

/* ---- Short files that ask for much ---- */

static void put_function(output *model, const char *name, const output *body)
{
  output function = part(), set = {(uint8_t[16]){0}, 16, 0, 0};
  put_number(&set, 2, 23);
  put_text(&function, 1, name);
  put_value(&function, 4, 0);
  put_value(&function, 5, 1);
  put(&function, body->bytes, body->length);
  put_part(&function, 9, &set);
  put_text(&function, 10, "own");
  put_part(model, 25, &function);
}

/* A function that holds a large tensor, called often: each call has the same one. */
static void calls_of_a_large_function(output *file, size_t size)
{
  output g = graph(), body = part(), constant = node("Constant"), tensor = part(), data = part(), functions = part();
  for (size_t index = 0; index < 4 * size; index++) put_byte(&data, 0);
  put_number(&tensor, 1, (int64_t)size);
  put_number(&tensor, 2, APUS_ELEMENT_F32);
  put_part(&tensor, 9, &data);
  put_value(&constant, 2, 2);
  put_attribute(&constant, "value", 5, &tensor);
  put_part(&body, 7, &constant);
  put_call(&body, 7, "Neg", NULL, 0, 1);
  for (size_t index = 0; index < size / 32; index++) put_call(&g, 1, "F", "own", X, FIRST + index);
  finish(file, &g);
  put_function(&functions, "F", &body);
  put(file, functions.bytes, functions.length);
}

/* Each function calls the next one twice. */
static void doubling_functions(output *file, size_t size)
{
  output g = graph(), functions = part();
  for (size_t depth = 0; depth < size; depth++) {
    char next[24], name[24];
    snprintf(name, sizeof name, "F%zu", depth);
    snprintf(next, sizeof next, "F%zu", depth + 1);
    output body = part();
    put_call(&body, 7, depth + 1 < size ? next : "Neg", depth + 1 < size ? "own" : NULL, 0, 2);
    put_call(&body, 7, depth + 1 < size ? next : "Neg", depth + 1 < size ? "own" : NULL, 2, 1);
    put_function(&functions, name, &body);
  }
  put_call(&g, 1, "F0", "own", X, FIRST);
  finish(file, &g);
  put(file, functions.bytes, functions.length);
}

/* A loop of as many turns as there are numbers, around what `body` holds: values 0 (the turn), 1 (go on), 2 (a state). */
static void put_loop(output *g, const output *body, size_t states)
{
  output loop = node("Loop"), inside = part();
  int64_t turns = LLONG_MAX;
  output tensor = {(uint8_t[64]){0}, 64, 0, 0};
  put_number(&tensor, 2, APUS_ELEMENT_I64);
  put_text(&tensor, 8, "turns");
  put_bytes(&tensor, 9, &turns, sizeof turns);
  put_part(g, 5, &tensor);
  put_text(&loop, 1, "turns");
  put_text(&loop, 1, "");
  put(&inside, body->bytes, body->length);
  for (size_t index = 0; index < states + 2; index++) {
    output port = {(uint8_t[32]){0}, 32, 0, 0};
    put_value(&port, 1, 1000 + index);
    put_part(&inside, 11, &port);
    if (index >= 2) put_value(&loop, 1, X);
    if (index >= 1) put_part(&inside, 12, &port);
  }
  put_value(&loop, 2, FIRST);
  put_attribute(&loop, "body", 6, &inside);
  put_part(g, 1, &loop);
}

static void endless_loop(output *file, size_t size)
{
  output g = graph(), body = part();
  put_node(&body, "Neg", 1002, 5000);
  put_loop(&g, &body, size);
  finish(file, &g);
}

static void endless_loop_of_many_states(output *file, size_t size)
{
  output g = graph(), body = part();
  put_loop(&g, &body, size);
  finish(file, &g);
}

/* What is computed when the file is loaded: a product of two large matrices of one number. */
static void product_of_constants(output *file, size_t size)
{
  output g = graph(), product = node("MatMul"), filled = node("ConstantOfShape");
  int64_t shape[] = {(int64_t)size, (int64_t)size};
  put_integers(&g, FIRST, shape, 2);
  put_value(&filled, 1, FIRST);
  put_value(&filled, 2, FIRST + 1);
  put_part(&g, 1, &filled);
  put_value(&product, 1, FIRST + 1);
  put_value(&product, 1, FIRST + 1);
  put_value(&product, 2, FIRST + 2);
  put_part(&g, 1, &product);
  finish(file, &g);
}

static void powers_of_constants(output *file, size_t size)
{
  output g = graph(), filled = node("ConstantOfShape");
  int64_t shape[] = {(int64_t)size};
  put_integers(&g, FIRST, shape, 1);
  put_value(&filled, 1, FIRST);
  put_value(&filled, 2, FIRST + 1);
  put_part(&g, 1, &filled);
  for (size_t index = 0; index < 100; index++) put_node(&g, "Exp", FIRST + 1 + index, FIRST + 2 + index);
  finish(file, &g);
}

const hostile_network hostile_networks[] = {
    {"nodes", nodes, 100000},
    {"inputs of a node", inputs_of_a_node, 100000},
    {"initializers", initializers, 100000},
    {"numbers of one byte", small_numbers, 4000000},
    {"empty messages", empty_messages, 1000000},
    {"numbers of an attribute", numbers_of_an_attribute, 2000000},
    {"a long name", long_name, 4000000},
    {"terms of a sum", terms, 1000000},
    {"values with holes between them", holes, 30000},
    {"calls of a function with a large tensor", calls_of_a_large_function, 1000000},
    {"functions that double", doubling_functions, 16},
    {"a loop without an end", endless_loop, 1},
    {"a loop without an end, of many states", endless_loop_of_many_states, 20000},
    {"a product of constants", product_of_constants, 6000},
    {"functions of constants", powers_of_constants, 8000000},
    {NULL, NULL, 0}};
