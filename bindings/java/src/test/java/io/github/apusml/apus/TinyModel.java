package io.github.apusml.apus;

import java.nio.charset.StandardCharsets;

/**
 * The smallest model: one tree, one split. It gives 2 for a first feature below 0.5 or missing, and -1 else; whatever
 * other features there are does not count.
 */
final class TinyModel {
  static final double LEFT = 2;
  static final double RIGHT = -1;

  private TinyModel() {}

  static byte[] json(int features) {
    String tree =
        "{'base_weights':[0,0,0],'categories':[],'categories_nodes':[],'categories_segments':[],'categories_sizes':[],"
            + "'default_left':[1,0,0],'id':0,'left_children':[1,-1,-1],'right_children':[2,-1,-1],'loss_changes':[0,0,0],"
            + "'parents':[2147483647,0,0],'split_conditions':[0.5,2,-1],'split_indices':[0,0,0],'split_type':[0,0,0],"
            + "'sum_hessian':[0,0,0],'tree_param':{'num_deleted':'0','num_feature':'F','num_nodes':'3','size_leaf_vector':'1'}}";
    String model =
        "{'learner':{'attributes':{'note':'tiny'},'feature_names':[],'feature_types':[],'gradient_booster':{'model':"
            + "{'gbtree_model_param':{'num_parallel_tree':'1','num_trees':'1'},'iteration_indptr':[0,1],'tree_info':[0],"
            + "'trees':[" + tree + "]},'name':'gbtree'},'learner_model_param':{'base_score':'0','boost_from_average':'1',"
            + "'num_class':'0','num_feature':'F','num_target':'1'},'objective':{'name':'reg:squarederror',"
            + "'reg_loss_param':{'scale_pos_weight':'1'}}},'version':[2,1,4]}";
    String json = model.replace('\'', '"').replace("\"F\"", "\"" + features + "\"");
    return json.getBytes(StandardCharsets.UTF_8);
  }

  static Model load(int features) {
    return Model.load(json(features));
  }
}
