/**
 * Scores models that were trained elsewhere (XGBoost, LightGBM, CatBoost, scikit-learn, ONNX) inside the process, with the trainer's own numbers.
 *
 * <p>Load a {@link io.github.apusml.apus.Model} from its file, compile a {@link io.github.apusml.apus.Scorer} once,
 * and score with it from any number of threads. Both hold native memory and are closed by their owner; the garbage
 * collector is only a safety net.
 *
 * <p>A model from ONNX is a network, which a {@link io.github.apusml.apus.Network} runs by the names of its {@link
 * io.github.apusml.apus.Tensor}s; with one input of rows, scorers take it too. A {@link io.github.apusml.apus.Slot} lets a
 * retrained scorer take the place of another while threads score.
 *
 * <p><b>Shapes.</b> A row is {@code featureCount} values, {@code float} or {@code double}; NaN is missing. A batch is
 * rows one behind the other, or columns, or sparse rows. A {@link io.github.apusml.apus.Row} holds values by name, with
 * categories as text. Results are {@code double}, which holds every number of
 * every source library exactly: value {@code v} of row {@code r} is {@code out[r * valueCount + v]}. Results do not
 * depend on the size of the batch, the number of threads, the engine or the instruction set.
 *
 * <p><b>Errors.</b> A null argument gives {@link java.lang.NullPointerException}; an offset outside its array {@link
 * java.lang.IndexOutOfBoundsException}; a closed object {@link java.lang.IllegalStateException}; a negative count, a
 * heap buffer or a foreign byte order {@link java.lang.IllegalArgumentException}; everything that {@code apus.h} has
 * a status for {@link io.github.apusml.apus.ApusException}. When a scoring call throws, the content of {@code out} is
 * unspecified. Arrays and buffers that another thread changes during a call give unspecified results, and no worse.
 *
 * <p><b>Native library.</b> It comes in the jar; see {@link io.github.apusml.apus.NativeLibrary} for other places.
 */
package io.github.apusml.apus;
