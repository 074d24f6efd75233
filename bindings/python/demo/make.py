"""Makes src/apus/demo_data: a payment model, rows to score, and XGBoost's own margins of them.

    pip install xgboost-cpu==3.2.0 numpy pandas
    python demo/make.py

The payments are drawn at random from a fixed seed; no real data went in.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas
import xgboost

TRAINING_ROWS = 20_000
SHOWN_ROWS = 200
FOLDER = Path(__file__).resolve().parents[1] / "src" / "apus" / "demo_data"


def draw_payments(random: np.random.Generator, count: int) -> pandas.DataFrame:
    amount = np.round(random.lognormal(3.5, 1.2, count), 2)
    average = np.round(random.lognormal(3.5, 0.6, count), 2)
    distance = np.round(random.exponential(60, count), 1)
    distance[random.random(count) < 0.3] = np.nan  # paid online: nobody was anywhere
    return pandas.DataFrame(
        {
            "amount": amount,
            "amount_to_average": np.round(amount / average, 3),
            "hour": random.integers(0, 24, count),
            "distance_km": distance,
            "payments_last_hour": random.poisson(0.4, count),
            "payments_last_day": random.poisson(3, count),
            "account_age_days": random.integers(1, 4000, count),
            "device_age_days": random.integers(0, 900, count),
            "failed_logins": random.poisson(0.2, count),
            "new_payee": random.integers(0, 2, count),
            "merchant_fraud_rate": np.round(random.beta(1, 60, count), 5),
            "minutes_since_last": np.round(random.exponential(300, count), 1),
        }
    )


def draw_fraud(random: np.random.Generator, payments: pandas.DataFrame) -> np.ndarray:
    night = (payments["hour"] < 6).to_numpy()
    logit = (
        -5.5
        + 0.5 * np.minimum(payments["amount_to_average"], 8)
        + 0.9 * payments["failed_logins"]
        + 1.1 * payments["payments_last_hour"]
        + 0.8 * payments["new_payee"] * (payments["device_age_days"] < 30)
        + 25 * payments["merchant_fraud_rate"]
        + 0.01 * payments["distance_km"].fillna(80)
        + 0.7 * night
    )
    return (random.random(len(payments)) < 1 / (1 + np.exp(-logit))).astype(int)


def main() -> None:
    random = np.random.default_rng(20_24)
    training = draw_payments(random, TRAINING_ROWS)
    matrix = xgboost.DMatrix(training, draw_fraud(random, training))
    parameters = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "max_depth": 4,
        "eta": 0.25,
        "min_child_weight": 20,
        "nthread": 1,
    }
    model = xgboost.train(parameters, matrix, num_boost_round=40)
    shown = draw_payments(random, SHOWN_ROWS)
    margins = model.predict(xgboost.DMatrix(shown), output_margin=True)

    FOLDER.mkdir(exist_ok=True)
    model.save_model(FOLDER / "model.json")
    shown.to_csv(FOLDER / "rows.csv", index=False)
    # A float32 widened to a double, in the shortest text that reads back as that double.
    lines = ["margin", *(repr(float(margin)) for margin in margins)]
    (FOLDER / "margins.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
