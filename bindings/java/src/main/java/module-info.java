/** Scores trained models inside the process: Apus for the Java virtual machine. */
module io.github.apusml.apus {
  exports io.github.apusml.apus;
}
