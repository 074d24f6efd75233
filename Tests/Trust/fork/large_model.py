"""Write a large XGBoost model: the trees of a fixture, many times over.

large_model.py FIXTURE OUTPUT TREES
"""

import json
import sys

fixture, output, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(fixture) as file:
    document = json.load(file)
model = document["learner"]["gradient_booster"]["model"]
trees = [dict(model["trees"][index % len(model["trees"])], id=index) for index in range(count)]
model["trees"] = trees
model["tree_info"] = [0] * count
model["gbtree_model_param"]["num_trees"] = str(count)
model.pop("iteration_indptr", None)
with open(output, "w") as file:
    json.dump(document, file)
