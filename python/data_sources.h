#pragma once

#include "convert.h"

namespace mltk::python {

/// ImageDirectorySource, ArraySource and load_image of the image generator.
void bind_data_sources(nb::module_& module);
/// inspect_files.
void bind_inspect(nb::module_& module);

/// Dataset and its constructors, behind tf.data.
void bind_dataset(nb::module_& module);

}  // namespace mltk::python
