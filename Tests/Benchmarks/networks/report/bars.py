"""What Apus must reach on networks: ratios to whatever peer is fastest in the same run, f32, on one core."""

# Network: ratio for one row, ratio for a batch.
BARS = {
    "mlp-60": (4, 1.2),
    "mlp-200": (1.2, 1.0),
    "wide-deep": (4, 1.5),
    "dcn": (3, 1.3),
    "gru": (2.5, 1.5),
    "encoder": (1.3, 1.5),
}
NONE = (None, None)
# One row with weights in bfloat16.
ROUNDED_BARS = {"mlp-200": 2}
# From the file to what can score, against ONNX Runtime.
LOAD_BAR = 5
