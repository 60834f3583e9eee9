"""What MLTK 0.20 has and this package has not."""

_FIRMWARE = "a tool of Silicon Labs' firmware projects, boards and probes"
_INTERNAL = "a tool of MLTK's own repository"
_NATIVE_CLI = "the command line is native and takes its options from a table"
_TENSORFLOW = "concerns TensorFlow's own logs and GPU libraries; there is no TensorFlow"
_NOT_YET = "not here yet"

ABSENT = {
    "mltk.core.compile_model": "no accelerator of MLTK compiles models",
    "mltk.utils.adpcm": _FIRMWARE,
    "mltk.utils.bin2header": _FIRMWARE,
    "mltk.utils.cmake": _FIRMWARE,
    "mltk.utils.dropbox_upload": _INTERNAL,
    "mltk.utils.gpu.TENSORFLOW_CUDA_COMPATIBILITY": _TENSORFLOW,
    "mltk.utils.gpu.get_tensorflow_version_with_cudnn_version": _TENSORFLOW,
    "mltk.utils.gpu.check_tensorflow_cuda_compatibility_error": _TENSORFLOW,
    "mltk.utils.hexdump": _FIRMWARE,
    "mltk.utils.jlink": _FIRMWARE,
    "mltk.utils.logger.redirect_stream": "redirects the output of libraries, TensorFlow's; this one does not write there",
    "mltk.utils.mltk_assets_internal": _INTERNAL,
    "mltk.utils.notebook": _INTERNAL,
    "mltk.utils.process_pool_manager": _NOT_YET,
    "mltk.utils.python.set_absl_log_level": _TENSORFLOW,
    "mltk.utils.serial_reader": _FIRMWARE,
    "mltk.utils.uart_stream": _FIRMWARE,
    "mltk.utils.zipfile_win32": "works around a limit of Windows, which is not supported",
    "mltk.cli.create_cli": _NATIVE_CLI,
    "mltk.cli.VariableArgumentParsingCommand": _NATIVE_CLI,
    "mltk.cli.VariableArgumentOptionParser": _NATIVE_CLI,
    "mltk.cli.AdditionalArgumentParsingCommand": _NATIVE_CLI,
}

#: Names that are there with other arguments.
OTHERWISE = {}
