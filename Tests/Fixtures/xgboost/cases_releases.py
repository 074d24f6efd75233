"""The files of old releases: 1.0, 1.3, 1.7, 2.1 and 3.0, whose JSON differs in small ways."""

from case import case
from data import binary, classes, features, signal, train


def _old(name, release, parameters, label, rounds=5, **options):
    @case(f"{name}-{release}", release, **options)
    def _():
        """The file layout of this release."""
        x = features()
        return train(parameters, x, label(x), rounds)


for _release in ("1.0.2", "1.3.3", "1.7.6", "2.1.4", "3.0.5"):
    _format = "ubj" if _release in ("1.7.6", "3.0.5") else "json"
    _old("binary", _release, {"objective": "binary:logistic"}, binary, format=_format)
    _old("softprob", _release, {"objective": "multi:softprob", "num_class": 3}, lambda x: classes(x, 3), 3)
_old("reg", "1.0.2", {"objective": "reg:squarederror", "base_score": 2.5}, signal)
_old("logitraw", "1.0.2", {"objective": "binary:logitraw"}, binary, 3)
