"""Keras models of MLTK 0.20."""

import tensorflow as tf  # the compatibility module of this package

from mltk.keras_api.models import Model


class KnowledgeDistillationModel(Model):
    """Trains a small model, the student, to give what the labels and a trained model, the teacher, say.

    The loss is alpha * student_loss + (1 - alpha) * temperature^2 * distillation_loss, where the second one compares the
    probabilities of both, divided by the temperature and normalized again (https://arxiv.org/abs/1503.02531).

    Args:
        student: model that is trained
        teacher: model that is not
    """

    def __init__(self, student: Model, teacher: Model):
        super().__init__()
        self.student = student
        self.teacher = teacher
        self.student_loss_fn = self.distillation_loss_fn = None
        self.alpha = 0.1
        self.temperature = 3.0

    def compile(self, optimizer, metrics, student_loss_fn, distillation_loss_fn, alpha=0.1, temperature=3, **kwargs):  # pylint: disable=arguments-differ
        """Choose optimizer and losses.

        Args:
            student_loss_fn: of labels and the student
            distillation_loss_fn: of the softened teacher and student
            alpha: share of the student's loss
            temperature: that the outputs are divided by
        """
        super().compile(optimizer=optimizer, metrics=metrics, **kwargs)
        self.student_loss_fn = student_loss_fn
        self.distillation_loss_fn = distillation_loss_fn
        self.alpha = alpha
        self.temperature = temperature

    def train_step(self, data):
        x, y, sample_weight = tf.keras.utils.unpack_x_y_sample_weight(data)
        taught = self.teacher(x, training=False)
        with tf.GradientTape() as tape:
            learned = self.student(x, training=True)
            student_loss = self.student_loss_fn(y, learned, sample_weight)
            distillation_loss = self.temperature**2 * self.distillation_loss_fn(self._soften(taught), self._soften(learned))
            loss = self.alpha * student_loss + (1 - self.alpha) * distillation_loss
        self.optimizer.minimize(loss, self.student.trainable_variables, tape=tape)
        self.compiled_metrics.update_state(y, learned, sample_weight)
        return {**self.get_metrics_result(), "student_loss": student_loss, "distillation_loss": distillation_loss}

    def _soften(self, outputs):
        return tf.nn.softmax(outputs / self.temperature, axis=1)

    def test_step(self, data):
        x, y, sample_weight = tf.keras.utils.unpack_x_y_sample_weight(data)
        learned = self.student(x, training=False)
        student_loss = self.student_loss_fn(y, learned, sample_weight)
        self.compiled_metrics.update_state(y, learned, sample_weight)
        return {**self.get_metrics_result(), "student_loss": student_loss}
