"""ONNX Runtime, on models that the trainers' own converters wrote."""

import installations
from driver import Input
from peers import onnx_models
from peers.contender import Contender


class OnnxRuntime(Contender):
    has_native = True

    def __init__(self, model):
        super().__init__(model, "ONNX Runtime", installations.version("onnxruntime"))
        self._file = model.folder / "model.onnx"
        if not self._file.exists():
            onnx_models.write(model, self._file)
        self._sessions = {}

    def open_native(self, driver, thread_count):
        return driver.open(
            "onnxruntime",
            library=installations.onnx_runtime_library(),
            model=self._file,
            inputs=[Input(onnx_models.INPUT, self.element, (self.model.specification.feature_count,))],
            output=onnx_models.OUTPUT,
            thread_count=thread_count,
            output_width=onnx_models.output_width(self.model),
        )

    def margins(self, rows, thread_count):
        return self._session(thread_count).run([onnx_models.OUTPUT], {onnx_models.INPUT: rows})[0][:, -1]

    def _session(self, thread_count):
        import onnxruntime

        if thread_count not in self._sessions:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = thread_count
            self._sessions[thread_count] = onnxruntime.InferenceSession(self._file, options)
        return self._sessions[thread_count]


def contenders(model):
    return [OnnxRuntime(model)]
