#pragma once

#include "audio/feature_settings.h"
#include "convert.h"

namespace mltk::python {

/// The settings in a mapping with the keys `fe.*`. Throws Error(invalid_argument) that names a key that is absent or
/// whose value is no number.
audio::FeatureSettings to_feature_settings(nb::handle mapping);

}  // namespace mltk::python
