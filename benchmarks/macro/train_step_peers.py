"""The networks of train_step.py in PyTorch, TensorFlow and JAX, each in its fastest settings: a worker of train_step.py.

    python train_step_peers.py torch|tensorflow|jax

Reads "<network> <threads> <seconds>" from each line of stdin and writes the median and the least of the milliseconds of a
step: forward, backward and Adam on one batch in memory. Networks have the layers of time_train_step.cpp.
"""

import os
import sys
import time

import numpy as np

SAMPLES = {"N1": (32, 96, 96, 1), "N2": (100, 49, 10, 1), "N3": (32, 32, 32, 3), "N4": (512, 640), "N5": (50, 96, 96, 3)}
CLASSES = {"N1": 3, "N2": 12, "N3": 10, "N4": 0, "N5": 2}
MOBILENET = [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2)] + [(128, 1)] * 5 + [(256, 2), (256, 1)]
UNITS = [128, 128, 128, 128, 8, 128, 128, 128, 128]


def data(name: str):
    random = np.random.default_rng(42)
    x = random.uniform(-1, 1, SAMPLES[name]).astype(np.float32)
    y = np.arange(len(x)) % CLASSES[name] if CLASSES[name] else x
    return x, y


def measure(step, seconds: float) -> tuple[float, float]:
    for _ in range(3):
        step()
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    return times[len(times) // 2], times[0]


class Torch:
    """torch.compile, channels_last, fused Adam."""

    def __init__(self):
        import torch

        self.torch = torch
        self.version = f"torch {torch.__version__}"
        self.steps = {}

    def same(self, size, kernel, stride):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        return total // 2, total - total // 2

    def network(self, name):
        nn = self.torch.nn
        peer = self

        class Conv(nn.Module):
            """Padding "same" as TensorFlow has it; even kernels and strides of 2 need a pad of their own."""

            def __init__(self, size, channels, filters, kernel, stride=1, groups=1, bias=False, same=True):
                super().__init__()
                pads = [peer.same(s, k, stride) if same else (0, 0) for s, k in zip(size, kernel)]
                self.even = all(a == b for a, b in pads)
                self.pad = (*pads[1], *pads[0])
                padding = tuple(a for a, _ in pads) if self.even else 0
                self.conv = nn.Conv2d(channels, filters, kernel, stride, padding, groups=groups, bias=bias)
                self.size = tuple((s + sum(p) - k) // stride + 1 for s, p, k in zip(size, pads, kernel))

            def forward(self, x):
                return self.conv(x if self.even else nn.functional.pad(x, self.pad))

        def norm(conv, relu=True):
            layers = [conv, nn.BatchNorm2d(conv.conv.out_channels, eps=1e-3, momentum=0.01)]
            return layers + [nn.ReLU()] if relu else layers

        class Residual(nn.Module):
            def __init__(self, size, channels, filters, stride):
                super().__init__()
                first = Conv(size, channels, filters, (3, 3), stride)
                self.size = first.size
                self.body = nn.Sequential(*norm(first), *norm(Conv(first.size, filters, filters, (3, 3)), relu=False))
                self.short = Conv(size, channels, filters, (1, 1), stride, bias=True) if stride > 1 else None

            def forward(self, x):
                return nn.functional.relu((x if self.short is None else self.short(x)) + self.body(x))

        if name == "N1":
            first = Conv((96, 96), 1, 24, (3, 3), 2, bias=True)
            second = Conv((24, 24), 24, 16, (3, 3), 2, bias=True, same=False)
            third = Conv(second.size, 16, 24, (3, 3), bias=True, same=False)
            layers = [first, nn.ReLU(), nn.AvgPool2d(2), second, nn.ReLU(), *norm(third), nn.AvgPool2d(2)]
            return nn.Sequential(*layers, nn.Flatten(), nn.Linear(384, 3))
        if name == "N4":
            layers = []
            for inner, outer in zip([640] + UNITS, UNITS):
                layers += [nn.Linear(inner, outer), nn.BatchNorm1d(outer, eps=1e-3, momentum=0.01), nn.ReLU()]
            return nn.Sequential(*layers, nn.Linear(128, 640))
        if name == "N2":
            layers = norm(Conv((49, 10), 1, 64, (10, 4), 2))
            for _ in range(4):
                layers += norm(Conv((25, 5), 64, 64, (3, 3), groups=64)) + norm(Conv((25, 5), 64, 64, (1, 1)))
            channels = 64
        elif name == "N3":
            layers = norm(Conv((32, 32), 3, 16, (3, 3)))
            size, channels = (32, 32), 16
            for filters, stride in [(16, 1), (32, 2), (64, 2)]:
                layers.append(Residual(size, channels, filters, stride))
                size, channels = layers[-1].size, filters
        else:
            first = Conv((96, 96), 3, 8, (3, 3), 2)
            layers, size, channels = norm(first), first.size, 8
            for filters, stride in MOBILENET:
                depthwise = Conv(size, channels, channels, (3, 3), stride, groups=channels)
                layers += norm(depthwise) + norm(Conv(depthwise.size, channels, filters, (1, 1)))
                size, channels = depthwise.size, filters
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, CLASSES[name]))

    def make(self, name):
        torch = self.torch
        torch.manual_seed(0)
        x, y = data(name)
        network = self.network(name).train()
        x = torch.from_numpy(x)
        y = torch.from_numpy(y)
        if x.ndim == 4:
            network = network.to(memory_format=torch.channels_last)
            x = x.permute(0, 3, 1, 2)  # channels last in memory, as it comes
        optimizer = torch.optim.Adam(network.parameters(), 1e-3, fused=True)
        functional = torch.nn.functional

        def loss_of(batch, labels):
            out = network(batch)
            return functional.cross_entropy(out, labels) if CLASSES[name] else functional.mse_loss(out, labels)

        loss_of = torch.compile(loss_of)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss_of(x, y).backward()
            optimizer.step()

        return step

    def step(self, name, threads):
        self.torch.set_num_threads(threads)
        if name not in self.steps:
            self.steps[name] = self.make(name)
        return self.steps[name]


class TensorFlow:
    """Keras 3 layers under tf.function; with XLA where that is faster (it is asked for by the name of the worker)."""

    def __init__(self, xla: bool):
        import tensorflow as tf

        self.tf = tf
        self.xla = xla
        self.version = f"tensorflow {tf.__version__}{' XLA' if xla else ''}"
        self.steps = {}
        self.threads = None

    def network(self, name):
        keras = self.tf.keras
        layers = keras.layers

        def norm(x):
            return layers.ReLU()(layers.BatchNormalization()(x))

        x = inputs = keras.Input(SAMPLES[name][1:])
        if name == "N1":
            x = layers.AveragePooling2D(2)(layers.Conv2D(24, 3, 2, "same", activation="relu")(x))
            x = layers.Conv2D(16, 3, 2, activation="relu")(x)
            x = layers.AveragePooling2D(2)(norm(layers.Conv2D(24, 3)(x)))
            return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))
        if name == "N4":
            for units in UNITS:
                x = norm(layers.Dense(units)(x))
            return keras.Model(inputs, layers.Dense(640)(x))
        if name == "N2":
            x = norm(layers.Conv2D(64, (10, 4), 2, "same", use_bias=False)(x))
            for _ in range(4):
                x = norm(layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x))
                x = norm(layers.Conv2D(64, 1, use_bias=False)(x))
        elif name == "N3":
            x = norm(layers.Conv2D(16, 3, padding="same", use_bias=False)(x))
            for filters, stride in [(16, 1), (32, 2), (64, 2)]:
                y = norm(layers.Conv2D(filters, 3, stride, "same", use_bias=False)(x))
                y = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same", use_bias=False)(y))
                x = layers.Conv2D(filters, 1, stride)(x) if stride > 1 else x
                x = layers.ReLU()(layers.Add()([x, y]))
        else:
            x = norm(layers.Conv2D(8, 3, 2, "same", use_bias=False)(x))
            for filters, stride in MOBILENET:
                x = norm(layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(x))
                x = norm(layers.Conv2D(filters, 1, use_bias=False)(x))
        return keras.Model(inputs, layers.Dense(CLASSES[name])(layers.GlobalAveragePooling2D()(x)))

    def make(self, name):
        tf = self.tf
        x, y = (tf.constant(value) for value in data(name))
        network = self.network(name)
        optimizer = tf.keras.optimizers.Adam(1e-3)
        optimizer.build(network.trainable_variables)

        @tf.function(jit_compile=self.xla)
        def run(x, y):
            with tf.GradientTape() as tape:
                out = network(x, training=True)
                if CLASSES[name]:
                    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, out))
                else:
                    loss = tf.reduce_mean(tf.square(out - y))
            gradients = tape.gradient(loss, network.trainable_variables)
            optimizer.apply_gradients(zip(gradients, network.trainable_variables))
            return loss

        return lambda: run(x, y).numpy()

    def step(self, name, threads):
        if self.threads is None:
            self.threads = threads
            self.tf.config.threading.set_intra_op_parallelism_threads(threads)
            self.tf.config.threading.set_inter_op_parallelism_threads(1)
        if name not in self.steps:
            self.steps[name] = self.make(name)
        return self.steps[name]


class Jax:
    """One jitted function with donated state."""

    def __init__(self):
        import jax

        self.jax = jax
        self.version = f"jax {jax.__version__}"
        self.steps = {}

    def make(self, name):
        jax = self.jax
        jnp = jax.numpy
        random = np.random.default_rng(0)
        parameters = []

        def weight(shape, fan):
            parameters.append(jnp.asarray(random.normal(0, (2 / fan) ** 0.5, shape).astype(np.float32)))
            return len(parameters) - 1

        def constant(value, count):
            parameters.append(jnp.full((count,), value, jnp.float32))
            return len(parameters) - 1

        program = []  # functions of (parameters, x)

        def conv(channels, filters, kernel, stride=1, bias=False, padding="SAME", groups=1):
            w = weight((*kernel, channels // groups, filters), kernel[0] * kernel[1] * channels // groups)
            b = constant(0, filters) if bias else None

            def run(p, x):
                y = jax.lax.conv_general_dilated(
                    x, p[w], (stride, stride), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"), feature_group_count=groups
                )
                return y if b is None else y + p[b]

            return run

        def dense(inner, outer):
            w, b = weight((inner, outer), inner), constant(0, outer)
            return lambda p, x: x @ p[w] + p[b]

        def norm(channels):
            gamma, beta = constant(1, channels), constant(0, channels)

            def run(p, x):
                axes = tuple(range(x.ndim - 1))
                mean, variance = x.mean(axes), x.var(axes)
                return (x - mean) * (p[gamma] * jax.lax.rsqrt(variance + 1e-3)) + p[beta]

            return run

        def relu(p, x):
            return jnp.maximum(x, 0)

        def pool(p, x):
            return jax.lax.reduce_window(x, 0.0, jax.lax.add, (1, 2, 2, 1), (1, 2, 2, 1), "VALID") / 4

        def mean(p, x):
            return x.mean((1, 2))

        def chain(functions):
            def run(p, x):
                for function in functions:
                    x = function(p, x)
                return x

            return run

        if name == "N1":
            program = [conv(1, 24, (3, 3), 2, True), relu, pool, conv(24, 16, (3, 3), 2, True, "VALID"), relu]
            program += [conv(16, 24, (3, 3), 1, True, "VALID"), norm(24), relu, pool]
            program += [lambda p, x: x.reshape(len(x), -1), dense(384, 3)]
        elif name == "N4":
            for inner, outer in zip([640] + UNITS, UNITS):
                program += [dense(inner, outer), norm(outer), relu]
            program.append(dense(128, 640))
        elif name == "N2":
            program = [conv(1, 64, (10, 4), 2), norm(64), relu]
            for _ in range(4):
                program += [conv(64, 64, (3, 3), groups=64), norm(64), relu, conv(64, 64, (1, 1)), norm(64), relu]
            program += [mean, dense(64, 12)]
        elif name == "N3":
            program = [conv(3, 16, (3, 3)), norm(16), relu]
            channels = 16
            for filters, stride in [(16, 1), (32, 2), (64, 2)]:
                body = chain([conv(channels, filters, (3, 3), stride), norm(filters), relu, conv(filters, filters, (3, 3)), norm(filters)])
                short = conv(channels, filters, (1, 1), stride, True) if stride > 1 else lambda p, x: x
                program.append(lambda p, x, body=body, short=short: jnp.maximum(body(p, x) + short(p, x), 0))
                channels = filters
            program += [mean, dense(64, 10)]
        else:
            program, channels = [conv(3, 8, (3, 3), 2), norm(8), relu], 8
            for filters, stride in MOBILENET:
                program += [conv(channels, channels, (3, 3), stride, groups=channels), norm(channels), relu]
                program += [conv(channels, filters, (1, 1)), norm(filters), relu]
                channels = filters
            program += [mean, dense(256, 2)]
        forward = chain(program)
        x, y = (jnp.asarray(value) for value in data(name))

        def loss_of(p, x, y):
            out = forward(p, x)
            if not CLASSES[name]:
                return jnp.mean((out - y) ** 2)
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(out), y[:, None], 1))

        def run(state, x, y):
            p, m, v, count = state
            loss, gradients = jax.value_and_grad(loss_of)(p, x, y)
            count = count + 1
            m = [0.9 * a + 0.1 * g for a, g in zip(m, gradients)]
            v = [0.999 * a + 0.001 * g * g for a, g in zip(v, gradients)]
            rate = 1e-3 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
            p = [a - rate * b / (jnp.sqrt(c) + 1e-7) for a, b, c in zip(p, m, v)]
            return (p, m, v, count), loss

        run = jax.jit(run, donate_argnums=0)
        zeros = [jnp.zeros_like(p) for p in parameters]
        state = [(parameters, zeros, [jnp.zeros_like(p) for p in parameters], jnp.float32(0))]

        def step():
            state[0], loss = run(state[0], x, y)
            loss.block_until_ready()

        return step

    def step(self, name, threads):
        if name not in self.steps:
            self.steps[name] = self.make(name)
        return self.steps[name]


def main():
    kinds = {"torch": Torch, "tensorflow": lambda: TensorFlow(False), "tensorflow-xla": lambda: TensorFlow(True), "jax": Jax}
    peer = kinds[sys.argv[1]]()
    print(peer.version, flush=True)
    for line in sys.stdin:
        name, threads, seconds = line.split()
        print(*measure(peer.step(name, int(threads)), float(seconds)), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
