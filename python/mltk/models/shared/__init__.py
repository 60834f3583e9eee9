"""Networks of MLTK 0.20's specifications: each a function that gives a Keras model, layers named as in its archives."""

from mltk.models.shared.dsconv_arm import DepthwiseSeparableConv2D_ARM
from mltk.models.shared.fully_connected_autoencoder import FullyConnectedAutoEncoder
from mltk.models.shared.mobilenet_v1 import MobileNetV1
from mltk.models.shared.mobilenet_v2 import MobileNetV2
from mltk.models.shared.resnet_v1 import ResNet10V1
