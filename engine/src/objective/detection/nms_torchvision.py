"""Writes nms_torchvision.csv: random candidates of an image, and the rank at which torchvision's class-wise
suppression keeps each (empty: suppressed).

    python3 nms_torchvision.py > nms_torchvision.csv
"""

import torch
import torchvision
from torchvision.ops import batched_nms

torch.manual_seed(0)
COUNT, CLASSES, OVERLAP = 400, 4, 0.45
corner = torch.rand(COUNT, 2) * 0.6
edges = torch.cat([corner, corner + 0.1 + 0.3 * torch.rand(COUNT, 2)], 1)
scores, classes = torch.rand(COUNT), torch.randint(0, CLASSES, (COUNT,))
kept = batched_nms(edges, scores, classes, OVERLAP).tolist()
rank = {index: rank for rank, index in enumerate(kept)}
print(f"# torchvision {torchvision.__version__}, batched_nms, overlap {OVERLAP}")
print("class,score,left,top,right,bottom,rank")
for index in range(COUNT):
    numbers = [scores[index], *edges[index]]
    print(int(classes[index]), *(repr(float(number)) for number in numbers), rank.get(index, ""), sep=",")
