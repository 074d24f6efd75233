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
# Until 1.4 dart summed its trees by themselves and then added the base score, which must not be 0 to show it.
for _release in ("1.0.2", "1.3.3", "1.7.6"):
    _old(
        "dart-base-score",
        _release,
        {"booster": "dart", "rate_drop": 0.4, "one_drop": 1, "objective": "reg:squarederror", "base_score": 0.3},
        signal,
        12,
        agrees_in_place=False,
    )
