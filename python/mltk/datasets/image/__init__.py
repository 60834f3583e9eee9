"""Data sets of images."""

from mltk.datasets.image import cifar10, fashion_mnist, mnist, rock_paper_scissors_v1, rock_paper_scissors_v2
