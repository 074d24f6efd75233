"""Apus against Spark: pipelines of feature stages, and models other than trees."""

import json

import apus
import numpy as np
import pytest
from data import EPSILON, NAMES, answers, numbers, same, table
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import (
    DecisionTreeClassifier,
    FMClassifier,
    LinearSVC,
    LogisticRegression,
    MultilayerPerceptronClassifier,
    NaiveBayes,
    OneVsRest,
    RandomForestClassifier,
)
from pyspark.ml.feature import (
    PCA,
    Binarizer,
    Bucketizer,
    ElementwiseProduct,
    Imputer,
    Interaction,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    PolynomialExpansion,
    QuantileDiscretizer,
    RobustScaler,
    StandardScaler,
    UnivariateFeatureSelector,
    VarianceThresholdSelector,
    VectorAssembler,
    VectorIndexer,
    VectorSlicer,
)
from pyspark.ml.regression import (
    DecisionTreeRegressor,
    FMRegressor,
    GeneralizedLinearRegression,
    IsotonicRegression,
    LinearRegression,
)

# Reasons why a few units in the last place may differ:
# - BLAS: Spark leaves the order of a sum of products, and whether it rounds each, to the JVM's BLAS and to whether the
#   assembler made a vector a sparse one, which it decides for each row;
# - EXP: Java's exp and pow are its own.
# Of the largest number that is added on the way.
BLAS, EXP = 64 * EPSILON, 16 * EPSILON
EXACT = 0.0

TREE = DecisionTreeClassifier(maxDepth=5)


def assembled(*columns, keep=True):
    return VectorAssembler(inputCols=list(columns or NAMES), outputCol="features", handleInvalid="keep" if keep else "error")


def through(*stages):
    """Stages that turn `features` into another column of vectors, one after the other, before a tree."""
    made = [assembled()]
    column = "features"
    for index, stage in enumerate(stages):
        name = f"made{index}"
        setter = stage.setInputCol if stage.hasParam("inputCol") else stage.setFeaturesCol
        setter(column)
        made.append(stage.setOutputCol(name))
        column = name
    return [*made, TREE.copy().setFeaturesCol(column)]


FEATURES = [
    ("standard", through(StandardScaler(withMean=True), MinMaxScaler(min=-1.0, max=3.0)), EXACT),
    ("scalers", through(StandardScaler(), MaxAbsScaler(), RobustScaler(withCentering=True)), EXACT),
    ("products", through(ElementwiseProduct(scalingVec=[1.0, -2.0, 0.1, 3.0, 0.0]), PolynomialExpansion(degree=3)), EXACT),
    ("norms", through(Normalizer(p=1.0), Normalizer(p=float("inf")), Normalizer(p=2.0)), BLAS),
    ("selected", through(VarianceThresholdSelector(varianceThreshold=0.7), VectorSlicer(indices=[1, 0])), EXACT),
    ("selected-univariate", through(UnivariateFeatureSelector().setSelectionThreshold(2).setFeatureType("continuous").setLabelType("categorical")), EXACT),
    ("components", through(PCA(k=3)), BLAS),
    ("indexed", [assembled(), VectorIndexer(inputCol="features", outputCol="indexed", maxCategories=10, handleInvalid="keep"), TREE.copy().setFeaturesCol("indexed")], EXACT),
    (
        "bins",
        [
            Bucketizer(splits=[-np.inf, -1.0, 0.0, 0.7, np.inf], inputCol="amount", outputCol="bin", handleInvalid="keep"),
            QuantileDiscretizer(numBuckets=5, inputCol="age", outputCol="fifth", handleInvalid="keep"),
            Binarizer(threshold=0.2, inputCol="hour", outputCol="late"),
            OneHotEncoder(inputCols=["bin", "fifth"], outputCols=["bins", "fifths"], handleInvalid="keep"),
            assembled("bins", "fifths", "late", "country"),
            TREE,
        ],
        EXACT,
    ),
    (
        "imputed",
        [
            Imputer(inputCols=["amount", "age"], outputCols=["amount2", "age2"], strategy="median"),
            Imputer(inputCols=["channel"], outputCols=["channel2"], missingValue=1.0),
            OneHotEncoder(inputCols=["country"], outputCols=["countries"], dropLast=False),
            Interaction(inputCols=["amount2", "age2", "channel2"], outputCol="product"),
            assembled("amount2", "age2", "channel2", "countries", "product", keep=False),
            RandomForestClassifier(numTrees=5, maxDepth=4, seed=3),
        ],
        EXACT,
    ),
]


@pytest.fixture(scope="session")
def training(spark):
    x, y = numbers()
    rows = np.column_stack([x, y, np.minimum(y, 1), np.exp(x[:, 0])])
    data = table(spark, rows, [*NAMES, "label", "binary", "positive"]).cache()
    return x, data


def agrees(ours, theirs, allowed):
    if allowed == EXACT:
        return same(ours, theirs)
    theirs = theirs.reshape(ours.shape)
    return np.all((np.abs(ours - theirs) <= allowed * np.maximum(1, np.abs(theirs))) | (ours == theirs))


def compare(spark, model, x, allowed, folder):
    apus.export(model, folder / "model.apus")
    loaded = apus.load(folder / "model.apus")
    names = [tensor.name for tensor in loaded.outputs]
    order = [NAMES.index(name) for name in json.loads(loaded.attributes["features"])]
    theirs = answers(model, table(spark, x), names)
    ours = loaded.run({"X": x[:, order]})
    for name in names:
        if name == "prediction" and len(names) > 1 and allowed != EXACT:
            # Two classes that are as likely but for the last bits may change places.
            continue
        assert agrees(ours[name], theirs[name], allowed), name
    return loaded, ours


@pytest.mark.parametrize("name,stages,allowed", FEATURES, ids=[name for name, *_ in FEATURES])
def test_features(name, stages, allowed, spark, training, tmp_path):
    x, data = training
    model = Pipeline(stages=stages).fit(data)
    rows = x.copy()
    if name in ("bins", "imputed"):
        # Missing ones, and both zeros, where stages have an answer to them.
        rows[::5, 0], rows[1::7, 1], rows[2::9, 0] = np.nan, np.nan, -0.0
        rows[3::9, 0] = 0.0
    compare(spark, model, rows, allowed, tmp_path)


LINEAR = [
    ("regression", LinearRegression(labelCol="positive"), BLAS),
    ("logistic", LogisticRegression(labelCol="binary", threshold=0.3), BLAS),
    ("logistic-classes", LogisticRegression(regParam=0.01), BLAS),
    ("logistic-two-of-many", LogisticRegression(labelCol="binary", family="multinomial", thresholds=[0.3, 0.7]), BLAS),
    ("vectors", LinearSVC(labelCol="binary", maxIter=10, threshold=0.1), BLAS),
    ("gamma", GeneralizedLinearRegression(labelCol="positive", family="gamma", link="log", linkPredictionCol="eta"), BLAS),
    ("binomial", GeneralizedLinearRegression(labelCol="binary", family="binomial", link="probit", maxIter=5), BLAS),
    ("binomial-loglog", GeneralizedLinearRegression(labelCol="binary", family="binomial", link="cloglog", maxIter=5), BLAS),
    ("tweedie", GeneralizedLinearRegression(labelCol="positive", family="tweedie", variancePower=1.5, linkPower=0.0, maxIter=5), BLAS),
    ("gaussian", GeneralizedLinearRegression(labelCol="positive", linkPredictionCol="eta"), BLAS),
    ("perceptron", MultilayerPerceptronClassifier(layers=[5, 4, 3], maxIter=10, seed=1), 4 * BLAS),
    ("bayes", NaiveBayes(modelType="gaussian"), 16 * BLAS),
    ("factors", FMRegressor(labelCol="positive", factorSize=3, maxIter=5, seed=1), BLAS),
    ("factors-binary", FMClassifier(labelCol="binary", factorSize=2, maxIter=5, seed=1), BLAS),
    ("one-for-each", OneVsRest(classifier=LogisticRegression(maxIter=5)), BLAS),
    ("isotonic", IsotonicRegression(labelCol="positive", featureIndex=1), BLAS),
]


@pytest.fixture(scope="session")
def vector_training(training):
    return assembled().transform(training[1]).cache()


@pytest.mark.parametrize("name,estimator,allowed", LINEAR, ids=[name for name, *_ in LINEAR])
def test_models(name, estimator, allowed, spark, training, vector_training, tmp_path):
    x, _ = training
    model = PipelineModel([assembled(), estimator.fit(vector_training)])
    _, ours = compare(spark, model, x, allowed, tmp_path)
    if "prediction" in ours and name in ("logistic", "vectors"):
        assert 0 < ours["prediction"].mean() < 1


@pytest.mark.parametrize("kind", ["multinomial", "complement", "bernoulli"])
def test_bayes_of_counts(kind, spark, training, tmp_path):
    x, data = training
    names = ["country", "channel"] if kind != "bernoulli" else ["late", "early"]
    stages = [Binarizer(inputCols=["hour", "age"], outputCols=["late", "early"], thresholds=[0.0, -0.5])] if kind == "bernoulli" else []
    model = Pipeline(stages=[*stages, assembled(*names), NaiveBayes(modelType=kind)]).fit(data)
    loaded, _ = compare(spark, model, x, BLAS, tmp_path)
    if kind == "multinomial":
        # Spark stops at a number below 0.
        assert np.isnan(loaded.score([[-1.0, 0.0]])).all()


def test_a_chosen_model(spark, training, tmp_path):
    from pyspark.ml.evaluation import RegressionEvaluator
    from pyspark.ml.tuning import ParamGridBuilder, TrainValidationSplit

    x, data = training
    tree = DecisionTreeRegressor(labelCol="positive")
    grid = ParamGridBuilder().addGrid(tree.maxDepth, [2, 4]).build()
    search = TrainValidationSplit(estimator=tree, estimatorParamMaps=grid, evaluator=RegressionEvaluator(labelCol="positive"), seed=1)
    model = PipelineModel([assembled(), search.fit(assembled().transform(data))])
    compare(spark, model, x, EXACT, tmp_path)
