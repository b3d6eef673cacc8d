"""Every public name of every part: an entry, or a reason why it is not in the sweep."""

import deepgloss as dg

from . import (
    activations, architectures, attention, convolution, generalization, generative, language, learning, losses, networks, optimization,
    pretraining, sequences, stability, vision,
)

ENTRIES = {
    f"{room.__name__.rpartition('.')[2]}.{name}": entry
    for room in (activations, architectures, attention, convolution, generalization, generative, language, learning, losses, networks,
                 optimization, pretraining, sequences, stability, vision)
    for name, entry in room.ENTRIES.items()
}

SIZE = "one size of a network that is swept"
TEXT = "works on text or on Python numbers, with no tensor of floating-point numbers among its arguments"
NUMBERS = "takes and gives Python numbers"
DATA = "makes or loads data"
TRAINING = "trains or judges a model that is handed to it, in whatever precision that has"
RECORD = "a record of numbers or tensors"
READER = "speaks to the reader of a chapter"
REASONS = {
    "architectures": {
        **dict.fromkeys([
            "densenet121", "densenet161", "densenet169", "densenet201", *(f"efficientnet_b{k}" for k in range(8)),
            "googlenet", "mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small", "resnet101", "resnet152",
            "resnet18", "resnet34", "resnet50", *(f"vgg{n}{bn}" for n in (11, 13, 16, 19) for bn in ("", "_bn")),
        ], SIZE),
        "C3_TABLE": RECORD, "GoogLeNetOutputs": RECORD, "digit_bitmaps": DATA,
    },
    "attention": {
        "KeyValueCache": "swept inside MultiHeadAttention", "alibi": DATA, "causal_mask": DATA, "padding_mask": DATA,
        "sinusoids": DATA, "warmup": NUMBERS,
    },
    "convolution": {"ReceptiveField": RECORD, "conv_output_size": NUMBERS, "receptive_field": NUMBERS},
    "data": dict.fromkeys(dg.data.__all__, DATA),
    "diagram": dict.fromkeys(dg.diagram.__all__, "draws"),
    "generalization": {
        **dict.fromkeys(["BiasVariance", "Descent", "LogUniform", "Ridge", "Trial"], RECORD),
        **dict.fromkeys(["EarlyStopping", "fitted_to_samples", "freeze", "monte_carlo", "parameter_groups", "unfreeze"], TRAINING),
        **dict.fromkeys(["draw_configs", "equivalent_penalty", "grid", "grid_search", "random_search", "successive_halving"],
                        NUMBERS),
        "bias_variance": "gives Python numbers",
        **dict.fromkeys(["double_descent", "ista", "lasso_path", "lasso_subgradient", "ridge"],
                        "solves for weights, in single or double precision"),
    },
    "generative": {
        **dict.fromkeys(["conv_decoder", "conv_encoder", "mlp_decoder", "mlp_encoder"], "makes a part of what is swept in Autoencoder"),
        **dict.fromkeys(["Elbo", "GanStep", "GaussianMixture", "GradientDraws", "Modes", "Neighbors", "PrecisionRecall",
                         "ProbabilisticPCA", "SampleScores"], RECORD),
        **dict.fromkeys(["conv_discriminator", "conv_generator", "mlp_discriminator"], "makes a network"),
        **dict.fromkeys(["DigitScorer", "WeightAverage", "gan_step"], TRAINING), "gaussian_ring": DATA,
        "gradient_penalty": "differentiates a critic that is handed to it: tests/generative holds every precision",
        "power_iteration": "has no gradients; what it is for is swept in SpectralNorm",
        **dict.fromkeys(["frechet_bootstrap", "frechet_distance", "frechet_halves", "gaussian_mixture", "kernel_distance"],
                        "computed on the CPU, in float64"),
        **dict.fromkeys(["class_coverage", "modes_covered", "precision_recall_by_neighbors"], "counts"),
        "nearest_neighbors": "chooses among examples, without gradients",
        **dict.fromkeys(["cyclical_kl_weight", "linear_kl_weight"], NUMBERS),
        **dict.fromkeys(["pathwise_gradient", "score_function_gradient"], "asks questions of a function that is handed to it"),
        "probabilistic_pca": "the sign of a direction depends on the precision: tests/generative holds likelihoods in each",
        "contractive_penalty": "differentiates an encoder that is handed to it: tests/generative holds every precision",
        "principal_angles": "an angle has no slope where it is 0: tests/generative holds every type",
    },
    "glossary": dict.fromkeys(dg.glossary.__all__, READER),
    "language": {
        **dict.fromkeys([
            "ByteBPE", "CharacterLevel", "NGramModel", "Unigram", "WordCorpus", "WordLevel", "WordPiece", "bag_of_words",
            "character_ngrams", "context_pairs", "context_windows", "cooccurrence", "fnv1a", "parse", "vocabulary",
        ], TEXT),
        "fit_vectors": TRAINING, "WordVectors": "answers questions with words",
    },
    "learning": {
        "LearningCurve": RECORD, "shuffle_labels": DATA,
        **dict.fromkeys(["MLPStack", "learning_curve"], TRAINING),
        **dict.fromkeys(["occlusion", "saliency"], "asks questions of a function that is handed to it"),
        **dict.fromkeys(["interpolating_network", "sawtooth_network"], "makes a network"),
        **dict.fromkeys(["KMeans", "PCA", "RocCurve"], RECORD), "kmeans_plus_plus": DATA,
        "kmeans": "repeats kmeans_step, which is swept, until nothing changes",
        **dict.fromkeys(["roc_auc", "roc_curve"], "counts on the CPU, in float64"),
        **dict.fromkeys(["Episodes", "Pulls", "QLearned"], RECORD),
        **dict.fromkeys(["CartPole", "MDP", "grid_world", "switched_corridor"], "an environment, which draws on the CPU"),
        **dict.fromkeys(["action_values", "greedy_policy", "policy_values", "value_iteration"],
                        "about a decision process, whose probabilities are float64"),
        **dict.fromkeys(["q_learning", "reinforce", "rollout"], "lets an agent act in an environment that is handed to it"),
        **dict.fromkeys(["epsilon_greedy", "play_bandit", "thompson", "ucb1"], "plays with chances and counts, on the CPU"),
        "Parts": RECORD, **dict.fromkeys(["kfold", "train_val_test_split"], DATA),
        "bootstrap_interval": "gives Python numbers, and sums in float64",
        **dict.fromkeys(["expected_best_accuracy", "expected_maximum", "wilson_interval"], NUMBERS),
    },
    "networks": {
        "Value": "a number of Python's, whatever PyTorch's precision", **dict.fromkeys(["matmul_traffic", "roofline"], NUMBERS),
        **dict.fromkeys(["kaiming_normal_", "kaiming_uniform_", "xavier_normal_", "xavier_uniform_"], "sets parameters"),
    },
    "optimization": {
        **dict.fromkeys(["Adadelta", "Adagrad", "Adam", "AdamW", "Nesterov", "RMSprop", "Rprop", "SGD"],
                        "an optimizer: tests/optimization holds its steps in half precision against float32"),
        **dict.fromkeys([
            "cosine_lr", "exponential_lr", "linear_warmup_lr", "multi_step_lr", "nesterov_momentum", "one_cycle_lr",
            "one_cycle_momentum", "plateau_lr", "step_lr", "warm_restarts_lr",
        ], NUMBERS),
        **dict.fromkeys(["Race", "RangeTest", "SURFACES", "Surface"], RECORD), "Schedule": "sets an optimizer's learning rates",
        "noisy": "makes a function; what it adds is swept in noisy_bowl",
        **dict.fromkeys(["loss_slice", "lr_range_test", "race", "random_direction", "trajectory"], TRAINING),
        **dict.fromkeys(["extreme_curvatures", "hessian_product", "sharpness"],
                        "differentiates a loss that is handed to it: tests/optimization holds both precisions"),
    },
    "pretraining": {
        **dict.fromkeys(["bert_base", "bert_large", "gpt1", "gpt2", "gpt2_large", "gpt2_medium", "gpt2_xl"], SIZE),
        **dict.fromkeys(["bert_state_dict", "gpt2_state_dict", "load_bert", "load_gpt2"], "copies published weights"),
        **dict.fromkeys(["hidden_pixels", "mask_tokens", "pack", "sentence_pairs"], DATA), "TextBatch": RECORD,
    },
    "sequences": {
        **dict.fromkeys(["Bleu", "Hypothesis"], RECORD), "bleu": TEXT, "ngrams": TEXT,
        "EncoderDecoder": "a base class",
        **dict.fromkeys(["chrono_init", "set_forget_bias", "set_update_bias"], "sets parameters"),
        "beam_search": "searches with a step that is handed to it, and sums in float64", "sample_next": DATA,
    },
    "stability": {
        **dict.fromkeys(["LossScaler", "gradient_norms", "lag_contributions", "lag_gradients", "layer_jacobians"], TRAINING),
        **dict.fromkeys(["clip_grad_norm_", "clip_grad_value_"], "sets gradients, to what is swept without the underscore"),
        "folded": "makes a layer of what is swept in fold_batch_norm", "updated_scale": NUMBERS,
    },
    "train": dict.fromkeys(dg.train.__all__, TRAINING),
    "vision": {
        **dict.fromkeys(["DetectionScores", "Detections", "Objects", "PanopticScores", "Segments"], RECORD),
        **dict.fromkeys(["anchor_grid", "anchor_shapes"], DATA),
        **dict.fromkeys(["draw_boxes", "draw_masks", "picture"], "draws"), "mask_rcnn_resnet50": SIZE, "bilinear_kernel": DATA,
        "MaskRCNN": "made of heads that are swept, and of choices among boxes", "ResNetBody": "the layers of a network that is swept",
        "propose_regions": "chooses boxes: how many come out depends on the numbers",
        **dict.fromkeys(["mask_head_loss", "region_proposal_loss"], "a loss on a sample, of what is swept"),
        "pyramid_levels": "gives integers", "pyramid_regions": "roi_align on several maps",
        **dict.fromkeys(["decode_yolo", "yolo_targets"], "tests/vision leads from one to the other and back"),
        **dict.fromkeys(["average_precision", "evaluate_detections", "match_detections", "precision_recall"],
                        "counts on the CPU, in float64"),
        **dict.fromkeys(["batched_nms", "nms", "remove_small_boxes", "soft_nms"], "chooses boxes: how many come out depends on the numbers"),
        **dict.fromkeys(["match_boxes", "sample_matches"], "chooses among overlaps and gives integers"),
        **dict.fromkeys(["boundary", "boundary_f1", "boundary_iou", "class_iou", "confusion_matrix", "mask_iou", "masks_to_boxes",
                         "mean_iou", "merge_masks", "panoptic_quality", "paste_masks", "pixel_accuracy"], "about masks and labels, which are no floating-point numbers"),
        **dict.fromkeys(["graph_segmentation", "selective_search"], "groups pixels on the CPU, in float64"),
        **dict.fromkeys(["RoIAlign", "RoIPool", "roi_align", "roi_pool"],
                        "how many points a region has depends on its numbers: tests/vision holds it point by point"),
    },
}
