"""Python imports this by itself when the folder is on its path: it declares two operators before torchvision does.

torchvision's wheels for Linux are built for CUDA; on a machine without it their library is not loaded, and the import
fails because what it would declare is missing. vLLM never calls the two on a CPU.
"""

import importlib.util

if importlib.util.find_spec("torch"):
    import torch

    OPERATORS = torch.library.Library("torchvision", "DEF")  # kept: what it declares goes with it
    OPERATORS.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    OPERATORS.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
