"""Names of Keras activations, for `activation=tf.keras.activations.relu`."""


def _activation(name: str):
    def function(x):
        from mltk.keras_api.layers import LAYERS

        return LAYERS["Activation"](name)(x)

    function.__name__ = name
    function.__doc__ = f"The activation '{name}' of a layer's result."
    return function


linear = _activation("linear")
relu = _activation("relu")
relu6 = _activation("relu6")
sigmoid = _activation("sigmoid")
tanh = _activation("tanh")
softmax = _activation("softmax")
swish = _activation("swish")
exponential = _activation("exponential")
elu = _activation("elu")
selu = _activation("selu")
gelu = _activation("gelu")
softplus = _activation("softplus")
softsign = _activation("softsign")
hard_sigmoid = _activation("hard_sigmoid")
mish = _activation("mish")
