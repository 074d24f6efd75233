/* Networks: create, run, release, facts. */
#include "tensors.h"

/* The flat form of NetworkOptions.java: for each input its axes, then their lengths. */
static void read_shapes(const jlong *flat, size_t input_count, apus_shape *shapes) {
  for (size_t input = 0; input < input_count; input++) {
    shapes[input] = (apus_shape){.rank = (int32_t)*flat++};
    for (int32_t axis = 0; axis < shapes[input].rank; axis++) shapes[input].lengths[axis] = *flat++;
  }
}

static apus_network *create(JNIEnv *env, const apus_model *model, const apus_network_options *options) {
  apus_network *network = NULL;
  apus_error error;
  if (core.network_create(model, options, &network, &error) != APUS_OK) throw_error(env, &error);
  return network;
}

/* `constants` may be null, and so may be its elements. */
static apus_network *create_with_constants(JNIEnv *env, const apus_model *model, apus_network_options *options,
                                           jobjectArray constants, jlongArray numbers, jlong copied_bytes) {
  if (constants == NULL) return create(env, model, options);
  apus_network *network = NULL;
  tensors known;
  if (tensors_begin(env, &known, constants, numbers, copied_bytes) != 0) return NULL;
  if (tensors_read(env, &known, 0, known.count) == 0) {
    options->constants = known.list;
    options->constant_count = known.count;
    network = create(env, model, options);
  }
  tensors_end(&known);
  return network;
}

NATIVE(jlong, networkCreate)(JNIEnv *env, jclass class, jlong model, jlongArray shapes, jint input_count,
                             jobjectArray constants, jlongArray numbers, jlong copied_bytes, jbyteArray engine,
                             jbyteArray instruction_set, jint threads, jint weights) {
  (void)class;
  names texts;
  scratch memory = {0};
  apus_network *network = NULL;
  apus_network_options options = {
      .struct_size = sizeof options,
      .thread_count = threads,
      .weights = (apus_weights)weights,
  };
  if (names_read(env, &texts, engine, instruction_set) != 0) goto done;
  options.engine = (const char *)texts.engine_text;
  options.instruction_set = (const char *)texts.instruction_set_text;
  if (shapes != NULL) {
    size_t length = (size_t)(*env)->GetArrayLength(env, shapes);
    apus_shape *list = scratch_take(env, &memory, (size_t)input_count * sizeof *list + length * sizeof(jlong));
    if (list == NULL) goto done;
    jlong *flat = (jlong *)(list + input_count);
    if (copy_in_longs(env, shapes, 0, length, flat) != 0) goto done;
    read_shapes(flat, (size_t)input_count, list);
    options.shapes = list;
    options.shape_count = (size_t)input_count;
  }
  network = create_with_constants(env, model_of(model), &options, constants, numbers, copied_bytes);
done:
  scratch_free(&memory);
  names_free(env, &texts);
  return address_of(network);
}

NATIVE(void, networkRelease)(JNIEnv *env, jclass class, jlong network) {
  (void)env;
  (void)class;
  core.network_release(network_of(network));
}

NATIVE(jobjectArray, networkInfo)(JNIEnv *env, jclass class, jlong network, jlongArray numbers) {
  (void)class;
  apus_network_info info = {.struct_size = sizeof info};
  apus_error error;
  if (core.network_get_info(network_of(network), &info, &error) != APUS_OK) {
    throw_error(env, &error);
    return NULL;
  }
  const jlong values[] = {info.input_count, info.output_count, info.step_count, info.memory_bytes, info.operation_count};
  if (copy_out_longs(env, numbers, 0, sizeof values / sizeof *values, values) != 0) return NULL;
  return array_of(env, 2, (jbyteArray[]){text_of(env, info.engine), text_of(env, info.instruction_set)});
}

/* One of the four functions that describe a tensor, by the constants of Native.java. */
static apus_status tensor_info(jlong object, jint kind, jint index, apus_tensor_info *info, apus_error *error) {
  switch (kind) {
    case io_github_apusml_apus_Native_MODEL_INPUT:
      return core.model_get_input(model_of(object), index, info, error);
    case io_github_apusml_apus_Native_MODEL_OUTPUT:
      return core.model_get_output(model_of(object), index, info, error);
    case io_github_apusml_apus_Native_NETWORK_INPUT:
      return core.network_get_input(network_of(object), index, info, error);
    default:
      return core.network_get_output(network_of(object), index, info, error);
  }
}

NATIVE(jobjectArray, tensorInfo)(JNIEnv *env, jclass class, jlong object, jint kind, jint index, jlongArray numbers) {
  (void)class;
  apus_tensor_info info = {.struct_size = sizeof info};
  apus_error error;
  if (tensor_info(object, kind, index, &info, &error) != APUS_OK) {
    throw_error(env, &error);
    return NULL;
  }
  jlong values[2 + APUS_RANK_LIMIT] = {info.element, info.rank};
  jbyteArray texts[1 + APUS_RANK_LIMIT] = {bytes_of(env, info.name, info.name_length)};
  for (int32_t axis = 0; axis < info.rank; axis++) {
    values[2 + axis] = info.lengths[axis];
    texts[1 + axis] = text_of(env, info.length_names[axis]);
  }
  if (copy_out_longs(env, numbers, 0, sizeof values / sizeof *values, values) != 0) return NULL;
  return array_of(env, sizeof texts / sizeof *texts, texts);
}

/* Inputs come first in `data`, then outputs. */
NATIVE(void, networkRun)(JNIEnv *env, jclass class, jlong network, jobjectArray data, jlongArray numbers,
                         jint input_count, jlong copied_bytes) {
  (void)class;
  tensors all;
  if (tensors_begin(env, &all, data, numbers, copied_bytes) != 0) return;
  size_t inputs = (size_t)input_count;
  if (tensors_read(env, &all, 0, inputs) == 0) {
    apus_error error;
    if (core.network_run(network_of(network), all.list, inputs, all.list + inputs, all.count - inputs, &error) != APUS_OK)
      throw_error(env, &error);
    else
      tensors_write(env, &all, inputs, all.count);
  }
  tensors_end(&all);
}
